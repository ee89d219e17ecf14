"""Loading: all that the claimed orders' and stores' pending commands may look at, as values."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inventory.core.levels import LevelKey
from inventory.db.load import ask_locations, lock_levels, products, read_locations
from inventory.db.sets import Cursor, columns_of, cursor, pipeline, unnest
from orders.core.fold import Batch
from orders.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.core.order import Command, Hold, Line, Order
from orders.core.roles import Role
from orders.core.tenders import Method, PaymentKind
from orders.db.claim import Claimed, Subject

_PARKED = """
    SELECT order_id, id FROM orders_command
    WHERE state = 'parked' AND dismissed_at IS NULL AND order_id = ANY(%b)
"""

# What a parked command holds up says so from now on, and is not looked at again until it is freed.
_MARK_BLOCKED = f"""
    UPDATE orders_command AS command SET blocked_by_id = parked.id
    FROM {unnest(["uuid", "uuid"])} AS parked (order_id, id)
    WHERE command.order_id = parked.order_id AND command.state = 'pending' AND command.blocked_by_id IS NULL
"""

_PENDING = """
    SELECT command.id, kind, command.store_id, order_id, issued_by, payload, attempts, role
    FROM (
        SELECT * FROM orders_command
        WHERE state = 'pending' AND blocked_by_id IS NULL AND order_id = ANY(%b)
        UNION ALL
        SELECT * FROM orders_command
        WHERE state = 'pending' AND blocked_by_id IS NULL AND order_id IS NULL AND store_id = ANY(%b)
        ORDER BY seq LIMIT %b
    ) AS command
    LEFT JOIN orders_terminal AS terminal ON terminal.id = terminal_id
    ORDER BY seq
"""

_LINES = """
    SELECT order_id, id, product_id, sku, tracks_stock, quantity, unit_price_minor, shipped_quantity, returned_quantity
    FROM orders_orderline WHERE order_id = ANY(%b) ORDER BY order_id, position
"""

_HOLDS = """
    SELECT hold.order_id, hold.id, level.product_id, level.location_id, hold.order_line_id, hold.quantity,
        hold.expires_at
    FROM inventory_hold AS hold JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    WHERE hold.order_id = ANY(%b) ORDER BY hold.id
"""

_PAYMENTS = """
    SELECT order_id, kind, method, amount_minor FROM orders_payment WHERE order_id = ANY(%b) ORDER BY id
"""

Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`level_ids`: the rows of the loaded levels. `suspects`: claimed orders and stores that were left out, since one
    of their commands failed before and has to be run alone."""

    batch: Batch
    level_ids: Mapping[LevelKey, int]
    suspects: frozenset[Subject]


def load(claimed: Claimed, *, commands_max: int, alone: bool) -> Loaded:
    """Pending commands in journal order, and what they look at. `alone`: one command, also one that failed before.

    Locks the levels of every product concerned, in id order.
    """
    order_ids = list(claimed.orders)
    parked, pending, lines, holds, payments, locations = (cursor() for _ in range(6))
    with pipeline():
        parked.execute(_PARKED, (order_ids,), prepare=True)
        pending.execute(_PENDING, (order_ids, claimed.store_ids, 1 if alone else commands_max), prepare=True)
        lines.execute(_LINES, (order_ids,), prepare=True)
        holds.execute(_HOLDS, (order_ids,), prepare=True)
        payments.execute(_PAYMENTS, (order_ids,), prepare=True)
        ask_locations(locations, sorted({row[1] for row in claimed.orders.values()} | set(claimed.store_ids)))
    held_up = _mark_blocked(parked.fetchall())
    rows = [row for row in pending if row[3] not in held_up]
    suspects = frozenset() if alone else frozenset(_subject(row) for row in rows if row[6])
    commands = [_command(row) for row in rows if _subject(row) not in suspects]
    orders = _orders(claimed, commands, lines=lines, holds=holds, payments=payments)
    named = products(cursor(), _named_skus(commands))
    levels = lock_levels(cursor(), _concerned(orders.values(), named))
    batch = Batch(
        commands=commands,
        orders=orders,
        levels=levels.by_product,
        locations=read_locations(locations),
        products=named,
    )
    return Loaded(batch=batch, level_ids=levels.ids, suspects=suspects)


def _mark_blocked(parked: list[tuple[UUID, UUID]]) -> set[UUID]:
    """The orders that a parked command holds up."""
    if parked:
        cursor().execute(_MARK_BLOCKED, columns_of(parked))
    return {order_id for order_id, _ in parked}


def _subject(row: Sequence[Any]) -> Subject:
    order_id: UUID | None = row[3]
    store_id: int = row[2]
    return order_id or store_id


def _command(row: Sequence[Any]) -> Command:
    # Django leaves JSON to its fields: on its connection it arrives as text.
    id_, kind, store_id, order_id, issued_by, payload, _, role = row
    return Command(
        id=id_,
        kind=Kind(kind),
        store_id=store_id,
        order_id=order_id,
        issued_by=issued_by,
        role=role and Role(role),
        payload=json.loads(payload),
    )


def _orders(
    claimed: Claimed, commands: Iterable[Command], *, lines: Cursor, holds: Cursor, payments: Cursor
) -> dict[UUID, Order]:
    """Only the orders that have a command to run: helping may have locked one that was settled meanwhile."""
    lines_of, holds_of, money_of = _lines(lines), _holds(holds), _money(payments)
    return {
        order_id: _order(
            claimed.orders[order_id],
            lines=tuple(lines_of.get(order_id, ())),
            holds=tuple(holds_of.get(order_id, ())),
            money=tuple(money_of.get(order_id, {}).items()),
        )
        for order_id in {command.order_id for command in commands if command.order_id}
    }


def _order(
    row: Sequence[Any], *, lines: tuple[Line, ...], holds: tuple[Hold, ...], money: tuple[tuple[Method, int], ...]
) -> Order:
    (
        id_, store_id, created_by, status, payment_status, fulfilment, payment_terms,
        currency, total, paid, refunded, invoice_pending, hold_expired_at, paid_at,
    ) = row  # fmt: skip
    return Order(
        id=id_,
        store_id=store_id,
        created_by=created_by,
        status=Status(status),
        payment_status=PaymentStatus(payment_status),
        fulfilment=Fulfilment(fulfilment),
        payment_terms=PaymentTerms(payment_terms),
        currency=currency,
        total_minor=total,
        paid_minor=paid,
        refunded_minor=refunded,
        invoice_pending=invoice_pending,
        hold_expired_at=hold_expired_at,
        paid_at=paid_at,
        lines=lines,
        holds=holds,
        money=money,
    )


def _lines(rows: Rows) -> dict[UUID, list[Line]]:
    lines: dict[UUID, list[Line]] = {}
    for order_id, id_, product_id, sku, tracks_stock, quantity, price, shipped, returned in rows:
        lines.setdefault(order_id, []).append(
            Line(
                id=id_,
                product_id=product_id,
                sku=sku,
                tracks_stock=tracks_stock,
                quantity=quantity,
                unit_price_minor=price,
                shipped=shipped,
                returned=returned,
            )
        )
    return lines


def _holds(rows: Rows) -> dict[UUID, list[Hold]]:
    holds: dict[UUID, list[Hold]] = {}
    for order_id, id_, product_id, location_id, line_id, quantity, expires_at in rows:
        hold = Hold(id=id_, key=(product_id, location_id), line_id=line_id, quantity=quantity, expires_at=expires_at)
        holds.setdefault(order_id, []).append(hold)
    return holds


def _money(rows: Rows) -> dict[UUID, dict[Method, int]]:
    """What each method has taken and not given back, in the order in which it was tendered."""
    money: dict[UUID, dict[Method, int]] = {}
    for order_id, kind, method, amount in rows:
        by_method = money.setdefault(order_id, {})
        sign = 1 if kind == PaymentKind.TENDER else -1
        by_method[Method(method)] = by_method.get(Method(method), 0) + sign * amount
    return money


def _named_skus(commands: Iterable[Command]) -> list[tuple[int, str]]:
    """(store id, SKU) of each product that a stock command names."""
    return [
        (command.store_id, item["sku"])
        for command in commands
        if command.order_id is None
        for item in command.payload["items"]
    ]


def _concerned(orders: Iterable[Order], named: Mapping[int, Mapping[str, tuple[int, bool]]]) -> set[int]:
    """The products whose levels may be moved."""
    in_orders = {line.product_id for order in orders for line in order.lines if line.tracks_stock}
    return in_orders | {id_ for skus in named.values() for id_, tracks_stock in skus.values() if tracks_stock}
