"""Saving: what a batch decided is written as sets, whatever the number of commands."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import LevelKey
from inventory.db import save as stock
from inventory.db.sets import columns_of, cursor, insert, pipeline, unnest
from orders.core.changes import Applied
from orders.core.fold import Decided
from orders.core.order import Command, Order
from orders.db.holds import save_holds
from orders.db.load import Loaded
from orders.db.numbers import Sale, assign
from orders.db.settle import settle

_UPDATE_ORDERS = f"""
    UPDATE orders_order AS "order" SET
        status = given.status, payment_status = given.payment_status, paid_minor = given.paid_minor,
        refunded_minor = given.refunded_minor, invoice_pending = given.invoice_pending,
        hold_expired_at = given.hold_expired_at, hold_extended_at = given.hold_extended_at,
        backordered_at = given.backordered_at, paid_at = given.paid_at
    FROM {unnest(["uuid", "text", "text", "bigint", "bigint", "bool", *["timestamptz"] * 4])} AS given
        (id, status, payment_status, paid_minor, refunded_minor, invoice_pending, hold_expired_at, hold_extended_at,
         backordered_at, paid_at)
    WHERE "order".id = given.id
"""

_UPDATE_LINES = f"""
    UPDATE orders_orderline AS line SET
        shipped_quantity = given.shipped, returned_quantity = given.returned, backordered_quantity = given.backordered
    FROM {unnest(["uuid", "bigint", "bigint", "bigint"])} AS given (id, shipped, returned, backordered)
    WHERE line.id = given.id
"""

_INSERT_CHANGES = insert(
    "orders_statuschange",
    {
        "store_id": "bigint",
        "order_id": "uuid",
        "command_id": "uuid",
        "kind": "text",
        "from_status": "text",
        "to_status": "text",
        "terminal": "text",
        "reason": "text",
    },
    constants={"at": "%s::timestamptz"},
)

_INSERT_PAYMENTS = insert(
    "orders_payment",
    {
        "id": "uuid",
        "store_id": "bigint",
        "order_id": "uuid",
        "command_id": "uuid",
        "kind": "text",
        "method": "text",
        "amount_minor": "bigint",
        "tendered_minor": "bigint",
        "reference": "text",
    },
    constants={"created_at": "%s::timestamptz"},
)

_INSERT_ENTRIES = insert(
    "orders_journalentry",
    {
        "id": "uuid",
        "store_id": "bigint",
        "order_id": "uuid",
        "command_id": "uuid",
        "kind": "text",
        "currency": "text",
        "postings": "jsonb",
        "next_attempt_at": "timestamptz",
    },
    constants={"created_at": "%s::timestamptz"},
)


def save(
    loaded: Loaded,
    decided: Iterable[Decided],
    *,
    numbers: Mapping[UUID, str],
    now: datetime,
    new_id: Callable[[], UUID],
) -> None:
    """Write every change and settle every command, in one pipeline.

    `numbers`: command id -> the invoice number that its sale takes; a sale that is not in it waits for its number.
    """
    decided = list(decided)
    applied = [(one.command, one.before, one.outcome) for one in decided if isinstance(one.outcome, Applied)]
    unnumbered = {command.order_id for command, _, change in applied if change.takes_number} - {
        command.order_id for command, _, _ in applied if command.id in numbers
    }
    levels = {key: (command.store_id, level) for command, _, change in applied for key, level in change.levels.items()}
    level_ids = {
        **loaded.level_ids,
        **stock.insert_levels(cursor(), [level for key, level in levels.items() if key not in loaded.level_ids]),
    }
    after = {change.order.id: change.order for _, _, change in applied if change.order}
    rows = cursor()
    with pipeline():
        _update_orders(after.values(), unnumbered)
        _update_lines(loaded.batch.orders, after)
        stock.update_levels(rows, {id_: levels[key][1] for key, id_ in loaded.level_ids.items() if key in levels})
        stock.insert_movements(rows, [row for one in applied for row in _movements(*one, level_ids)], now=now)
        save_holds(loaded.batch, applied, level_ids, now=now)
        _insert(_INSERT_PAYMENTS, [row for one in applied for row in _payments(*one, new_id)], now)
        _insert(_INSERT_CHANGES, [_status_change(*one) for one in applied if one[1]], now)
        _insert(_INSERT_ENTRIES, [row for one in applied for row in _entries(*one, unnumbered, now, new_id)], now)
        assigned = assign(list(_numbered(applied, numbers)), now=now)
        settled = settle(decided, numbers=numbers, now=now)
    # Whoever holds an order's lock alone settles its commands, and a number is free or it is not ours to give.
    assert settled.rowcount == len(decided), f"{settled.rowcount} of {len(decided)} commands were still pending"
    assert assigned is None or assigned.rowcount == len(numbers), "an invoice number was not free"


def _numbered(
    applied: Iterable[tuple[Command, Order | None, Applied]], numbers: Mapping[UUID, str]
) -> Iterable[tuple[Sale, str]]:
    for command, before, _ in applied:
        if before and command.id in numbers:
            yield Sale(command.store_id, before.id, command.id), numbers[command.id]


def _insert(statement: str, rows: list[tuple[Any, ...]], now: datetime) -> None:
    if rows:
        cursor().execute(statement, (now, *columns_of(rows)), prepare=True)


def _update_orders(orders: Iterable[Order], unnumbered: set[UUID | None]) -> None:
    rows = [
        (
            order.id,
            order.status,
            order.payment_status,
            order.paid_minor,
            order.refunded_minor,
            order.invoice_pending or order.id in unnumbered,
            order.hold_expired_at,
            order.hold_extended_at,
            order.backordered_at,
            order.paid_at,
        )
        for order in orders
    ]
    if rows:
        cursor().execute(_UPDATE_ORDERS, columns_of(rows), prepare=True)


def _update_lines(before: Mapping[UUID, Order], after: Mapping[UUID, Order]) -> None:
    rows = [
        (line.id, line.shipped, line.returned, line.backordered)
        for order in after.values()
        for line, was in zip(order.lines, before[order.id].lines, strict=True)
        if line != was
    ]
    if rows:
        cursor().execute(_UPDATE_LINES, columns_of(rows), prepare=True)


def _movements(
    command: Command, _: Order | None, change: Applied, level_ids: Mapping[LevelKey, int]
) -> Iterable[tuple[Any, ...]]:
    for moved in change.stock_moved:
        yield (
            command.store_id,
            level_ids[moved.key],
            moved.kind,
            moved.quantity_change,
            moved.reserved_change,
            moved.quantity_after,
            moved.reserved_after,
            change.reference,
            change.reason,
            command.order_id,
            command.id,
            command.issued_by,
        )


def _status_change(command: Command, before: Order | None, change: Applied) -> tuple[Any, ...]:
    assert before
    assert change.order
    return (
        command.store_id,
        command.order_id,
        command.id,
        command.kind,
        before.status,
        change.order.status,
        command.issued_by,
        change.reason,
    )


def _payments(
    command: Command, _: Order | None, change: Applied, new_id: Callable[[], UUID]
) -> Iterable[tuple[Any, ...]]:
    for moved in change.money_moved:
        yield (
            new_id(),
            command.store_id,
            command.order_id,
            command.id,
            moved.kind,
            moved.method,
            moved.amount_minor,
            moved.tendered_minor,
            moved.reference,
        )


def _entries(
    command: Command,
    before: Order | None,
    change: Applied,
    unnumbered: set[UUID | None],
    now: datetime,
    new_id: Callable[[], UUID],
) -> Iterable[tuple[Any, ...]]:
    for entry in change.entries:
        assert before
        # Accounting is told the invoice's number, so an entry whose number follows is due only then.
        waits = before.invoice_pending or before.id in unnumbered
        yield (
            new_id(),
            command.store_id,
            command.order_id,
            command.id,
            entry.kind,
            before.currency,
            json.dumps(entry.postings),
            None if waits else now,
        )
