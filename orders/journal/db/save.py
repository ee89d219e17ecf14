"""Saving: what a batch decided is written by one statement, whatever the number of commands.

Its parts write sets; each set travels as one JSON parameter. On a small batch that costs far less than a statement a
table, and on a large one no more than an array a column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import cursor
from inventory.core.levels import Level, LevelKey
from inventory.core.movements import COUNTS
from inventory.db.save import WRITES as STOCK_WRITES
from inventory.db.save import insert_levels
from inventory.db.shortfalls import end_counted, note_shortfalls
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command, Order
from orders.invoicing.db.numbers import ASSIGN, NOTHING_TO_POST, Sale, numbered_rows
from orders.journal.core.batch import Decided
from orders.journal.db.holds import hold_rows
from orders.journal.db.load import Loaded
from orders.journal.db.money_rows import entry_rows, payment_rows
from orders.journal.db.settle import SETTLE, settled_rows

_SAVE = f"""
    WITH changed_order AS (
        UPDATE orders_order AS "order" SET
            status = given.status, payment_status = given.payment_status, paid_minor = given.paid_minor,
            refunded_minor = given.refunded_minor, invoice_pending = given.invoice_pending,
            hold_expired_at = given.hold_expired_at, hold_extended_at = given.hold_extended_at,
            backordered_at = given.backordered_at, paid_at = given.paid_at,
            business_day = given.business_day
        FROM json_to_recordset(%(orders)s::json) AS given (id uuid, status text, payment_status text,
            paid_minor bigint, refunded_minor bigint, invoice_pending bool, hold_expired_at timestamptz,
            hold_extended_at timestamptz, backordered_at timestamptz, paid_at timestamptz,
            business_day date)
        WHERE "order".id = given.id
    ), changed_line AS (
        UPDATE orders_orderline AS line SET
            shipped_quantity = given.shipped, returned_quantity = given.returned,
            backordered_quantity = given.backordered, backordered_at = given.backordered_at,
            cancelled_quantity = given.cancelled, skipped = given.skipped
        FROM json_to_recordset(%(lines)s::json) AS given (id uuid, shipped bigint, returned bigint, backordered bigint,
            backordered_at timestamptz, cancelled bigint, skipped bool)
        WHERE line.id = given.id
    ), {STOCK_WRITES}, new_payment AS (
        INSERT INTO orders_payment (id, store_id, order_id, command_id, kind, method, amount_minor, tendered_minor,
            reference, authorization_id, reverses_id, created_at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(payments)s::json) AS given (id uuid, store_id bigint, order_id uuid, command_id uuid,
            kind text, method text, amount_minor bigint, tendered_minor bigint, reference text, authorization_id uuid,
            reverses_id uuid)
    ), new_status_change AS (
        INSERT INTO orders_statuschange (store_id, order_id, command_id, kind, from_status, to_status, terminal, reason,
            at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(status_changes)s::json) AS given (store_id bigint, order_id uuid, command_id uuid,
            kind text, from_status text, to_status text, terminal text, reason text)
    ), new_entry AS (
        INSERT INTO orders_journalentry (id, store_id, order_id, command_id, kind, currency, day, postings,
            next_attempt_at, created_at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(entries)s::json) AS given (id uuid, store_id bigint, order_id uuid, command_id uuid,
            kind text, currency text, day date, postings jsonb, next_attempt_at timestamptz)
    ), numbered AS (
        {ASSIGN} RETURNING id, store_id, order_id, refill_id
    ), silent AS (
        INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at, reason)
        SELECT id, store_id, %(now)s, '{NOTHING_TO_POST}' FROM numbered
        WHERE order_id = ANY(%(silent)s) AND refill_id IS NOT NULL
    ), settled AS ({SETTLE} RETURNING 1)
    SELECT (SELECT count(*) FROM settled), (SELECT count(*) FROM numbered)
"""

One = tuple[Command, Order | None, Applied]
Row = dict[str, Any]


def save(
    loaded: Loaded,
    decided: Iterable[Decided],
    *,
    numbers: Mapping[UUID, str],
    now: datetime,
    new_id: Callable[[], UUID],
) -> None:
    """Write every change and settle every command.

    `numbers`: command id -> the invoice number that its sale takes; a sale that is not in it waits for its number.
    """
    decided = list(decided)
    applied = [(one.command, one.before, one.outcome) for one in decided if isinstance(one.outcome, Applied)]
    levels = {key: (command.store_id, level) for command, _, change in applied for key, level in change.levels.items()}
    level_ids = _level_ids(loaded, levels)
    made, changed, dropped = hold_rows(loaded.batch, applied, level_ids)
    unnumbered = _unnumbered(applied, numbers)
    after = {change.order.id: change.order for _, _, change in applied if change.order}
    sets = {
        "orders": list(_orders(after.values(), unnumbered)),
        "lines": list(_lines(loaded.batch.orders, after)),
        "levels": list(_changed_levels(loaded, levels)),
        "movements": [row for one in applied for row in _movements(*one, level_ids)],
        "new_holds": made,
        "changed_holds": changed,
        "payments": [row for one in applied for row in payment_rows(*one)],
        "status_changes": [_status_change(*one) for one in applied if one[1]],
        "entries": [row for one in applied for row in entry_rows(*one, unnumbered, now, new_id)],
        "sales": numbered_rows(_sales(applied, numbers)),
        "commands": settled_rows(decided, numbers=numbers),
    }
    silent = [command.order_id for command, _, change in applied if change.takes_number and not change.entries]
    params = {name: to_json(rows).decode() for name, rows in sets.items()}
    row = (
        cursor()
        .execute(_SAVE, {**params, "dropped_holds": dropped, "silent": silent, "now": now}, prepare=True)
        .fetchone()
    )
    # Whoever holds an order's lock alone settles its commands, and a number is free or it is not ours to give.
    assert row is not None
    settled, numbered = row
    assert settled == len(decided), f"{settled} of {len(decided)} commands were still pending"
    assert numbered == len(numbers), "an invoice number was not free"
    note_shortfalls([row for one in applied for row in _shortfalls(*one, level_ids)], now=now)
    end_counted({level_ids[key] for one in applied for key in _counted(*one)}, now=now)


def _level_ids(loaded: Loaded, levels: Mapping[LevelKey, tuple[int, Level]]) -> dict[LevelKey, int]:
    new = [level for key, level in levels.items() if key not in loaded.level_ids]
    return {**loaded.level_ids, **insert_levels(cursor(), new)}


def _changed_levels(loaded: Loaded, levels: Mapping[LevelKey, tuple[int, Level]]) -> Iterator[Row]:
    for key, (_, level) in levels.items():
        if key in loaded.level_ids:
            yield {"id": loaded.level_ids[key], "on_hand": level.on_hand, "reserved": level.reserved}


def _unnumbered(applied: Iterable[One], numbers: Mapping[UUID, str]) -> set[UUID | None]:
    """Orders that were sold without a number."""
    return {command.order_id for command, _, change in applied if change.takes_number and command.id not in numbers}


def _sales(applied: Iterable[One], numbers: Mapping[UUID, str]) -> Iterator[tuple[Sale, str]]:
    for command, before, _ in applied:
        if before and command.id in numbers:
            yield Sale(command.store_id, before.id, command.id), numbers[command.id]


def _orders(orders: Iterable[Order], unnumbered: set[UUID | None]) -> Iterator[Row]:
    for order in orders:
        yield {
            "id": order.id,
            "status": order.status,
            "payment_status": order.payment_status,
            "paid_minor": order.paid_minor,
            "refunded_minor": order.refunded_minor,
            "invoice_pending": order.invoice_pending or order.id in unnumbered,
            "hold_expired_at": order.hold_expired_at,
            "hold_extended_at": order.hold_extended_at,
            "backordered_at": order.backordered_at,
            "paid_at": order.paid_at,
            "business_day": order.business_day,
        }


def _lines(before: Mapping[UUID, Order], after: Mapping[UUID, Order]) -> Iterator[Row]:
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


def _movements(command: Command, _: Order | None, change: Applied, level_ids: Mapping[LevelKey, int]) -> Iterator[Row]:
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


def _shortfalls(
    command: Command, before: Order | None, change: Applied, level_ids: Mapping[LevelKey, int]
) -> Iterator[tuple[int, int, int, UUID, UUID]]:
    for one in change.shortfalls:
        assert before
        yield command.store_id, level_ids[one.key], one.quantity, before.id, command.id


def _counted(_: Command, before: Order | None, change: Applied) -> Iterator[LevelKey]:
    yield from (moved.key for moved in change.stock_moved if before is None and moved.kind in COUNTS)


def _of(command: Command) -> Row:
    return {"store_id": command.store_id, "order_id": command.order_id, "command_id": command.id}


def _status_change(command: Command, before: Order | None, change: Applied) -> Row:
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
