"""The rows that the statement of `orders.journal.db.save` takes, made of what a batch decided."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import as_jsonb
from inventory.core.levels import LevelKey
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.outcomes import Code, CommandState
from orders.commands.core.rule import Applied
from orders.journal.core.batch import Batch, Decided
from orders.journal.db.told import details_of, result_of

Row = dict[str, Any]
AnyHold = Hold | ReferenceHold


def order_rows(orders: Iterable[Order], unnumbered: set[UUID | None]) -> Iterator[Row]:
    for order in orders:
        yield {
            "id": order.id,
            "status": order.status,
            "payment_status": order.payment_status,
            "paid_minor": order.paid_minor,
            "refunded_minor": order.refunded_minor,
            "rounding_minor": order.rounding_minor,
            "refund_rounding_minor": order.refund_rounding_minor,
            "invoice_pending": order.invoice_pending or order.id in unnumbered,
            "hold_expired_at": order.hold_expired_at,
            "hold_extended_at": order.hold_extended_at,
            "backordered_at": order.backordered_at,
            "awaits_until": order.awaits_until,
            "paid_at": order.paid_at,
            "business_day": order.business_day,
        }


def line_rows(before: Mapping[UUID, Order], after: Mapping[UUID, Order]) -> Iterator[Row]:
    for order in after.values():
        # Within a batch an order may stop waiting, and begin anew for just as much.
        waits_anew = order.backordered_at != before[order.id].backordered_at
        for line, was in zip(order.lines, before[order.id].lines, strict=True):
            if line != was or (line.backordered and waits_anew):
                yield {
                    "id": line.id,
                    "shipped": line.shipped,
                    "returned": line.returned,
                    "backordered": line.backordered,
                    "backordered_at": order.backordered_at if line.backordered else None,
                    "cancelled": line.cancelled,
                    "skipped": line.skipped,
                }


def movement_rows(
    command: Command, _: Order | None, change: Applied, level_ids: Mapping[LevelKey, int]
) -> Iterator[Row]:
    for moved in change.stock_moved:
        yield {
            "store_id": command.store_id,
            "level_id": level_ids[moved.key],
            "location_id": moved.key[1],
            "kind": moved.kind,
            "quantity_change": moved.quantity_change,
            "reserved_change": moved.reserved_change,
            "quantity_after": moved.quantity_after,
            "reserved_after": moved.reserved_after,
            "reference": change.reference,
            "reason": change.reasons.get(moved.kind, change.reason),
            "order_id": command.order_id,
            "command_id": command.id,
            "created_by": command.issued_by,
        }


def status_change_row(command: Command, before: Order | None, change: Applied) -> Row:
    assert before
    assert change.order
    return {
        **_of(command),
        "kind": command.kind,
        "from_status": before.status,
        "to_status": change.order.status,
        "terminal": command.issued_by,
        "reason": change.reason,
    }


def _of(command: Command) -> Row:
    return {"store_id": command.store_id, "order_id": command.order_id, "command_id": command.id}


def payment_rows(command: Command, _: Order | None, change: Applied) -> Iterator[Row]:
    for moved in change.money_moved:
        yield {
            "id": moved.id,
            **_of(command),
            "kind": moved.kind,
            "method": moved.method,
            "amount_minor": moved.amount_minor,
            "tendered_minor": moved.tendered_minor,
            "reference": moved.reference,
            "authorization_id": moved.authorization_id,
            "reverses_id": moved.reverses,
        }


def entry_rows(
    command: Command,
    before: Order | None,
    change: Applied,
    numbers: Mapping[UUID, str],
    now: datetime,
    new_id: Callable[[], UUID],
) -> Iterator[Row]:
    # Accounting is told the number of the invoice or credit note, so an entry whose number follows is due only then.
    waits = change.takes_number and command.id not in numbers
    for entry in change.entries:
        assert before
        yield {
            "id": new_id(),
            **_of(command),
            "kind": entry.kind,
            "currency": before.currency,
            "day": change.day,
            "postings": entry.postings,
            "next_attempt_at": None if waits else now,
        }


def is_credit_note(before: Order | None, change: Applied) -> bool:
    """Whether it takes back some of what was sold before."""
    return change.takes_number and before is not None and before.is_paid


def credit_note_rows(
    command: Command, before: Order | None, change: Applied, numbers: Mapping[UUID, str]
) -> Iterator[Row]:
    if is_credit_note(before, change):
        yield {**_of(command), "day": change.day, "pending": command.id not in numbers}


def hold_rows(
    batch: Batch, applied: Iterable[tuple[Command, Order | None, Applied]], level_ids: Mapping[LevelKey, int]
) -> tuple[list[Row], list[Row], list[UUID]]:
    """The holds that were made, those that were changed, and the ids of those that are used up: of orders and of
    references, told from before and after."""
    orders: dict[UUID, Order] = {}
    references: dict[tuple[int, str], Reference] = {}
    for command, _, change in applied:
        if change.order:
            orders[change.order.id] = change.order
        if change.held:
            references[command.store_id, change.held.name] = change.held
    was = {hold.id: hold for hold in _holds_before(batch, orders, references)}
    owners: list[Order | Reference] = [*orders.values(), *references.values()]
    kept: dict[UUID, tuple[Order | Reference, AnyHold]] = {
        hold.id: (owner, hold) for owner in owners for hold in owner.holds
    }
    made = [_hold_row(owner, hold, level_ids) for id_, (owner, hold) in kept.items() if id_ not in was]
    changed = [
        {"id": id_, "quantity": hold.quantity, "expires_at": hold.expires_at}
        for id_, (_, hold) in kept.items()
        if id_ in was and was[id_] != hold
    ]
    return made, changed, [id_ for id_ in was if id_ not in kept]


def _holds_before(batch: Batch, orders: Iterable[UUID], references: Iterable[tuple[int, str]]) -> Iterator[AnyHold]:
    for order_id in orders:
        yield from batch.orders[order_id].holds
    for store_id, name in references:
        if known := batch.references.get(store_id, {}).get(name):
            yield from known.holds


def _hold_row(owner: Order | Reference, hold: AnyHold, level_ids: Mapping[LevelKey, int]) -> Row:
    return {
        "id": hold.id,
        "store_id": owner.store_id,
        "level_id": level_ids[hold.key],
        "quantity": hold.quantity,
        "order_id": owner.id if isinstance(owner, Order) else None,
        "order_line_id": hold.line_id if isinstance(hold, Hold) else None,
        "reference": "" if isinstance(owner, Order) else owner.name,
        "expires_at": hold.expires_at,
    }


def settled_rows(decided: Sequence[Decided], *, numbers: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """Each command's state, outcome and result."""
    return [_settled_row(one, numbers) for one in decided]


def said(row: Mapping[str, Any], *, now: datetime) -> bytes:
    """What a command was settled with, for those who wait for it: as it will be read."""
    return to_json([row["state"], row["code"], now, as_jsonb(row["outcome"]), as_jsonb(row.get("result"))])


def _settled_row(one: Decided, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    outcome, number = one.outcome, numbers.get(one.command.id)
    if not isinstance(outcome, Applied):
        return {
            "id": one.command.id,
            "was": CommandState.PENDING,
            "state": CommandState.REJECTED,
            "code": outcome.code,
            "outcome": {"detail": outcome.detail, "lines": details_of(outcome.lines)},
        }
    return {
        "id": one.command.id,
        "was": CommandState.PENDING,
        "state": CommandState.SUCCEEDED,
        "code": Code.APPLIED,
        "outcome": {"detail": "", "lines": []},
        "result": result_of(outcome, number=number, is_pending=number is None),
    }
