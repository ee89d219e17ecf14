"""Loading: all that the claimed orders' and stores' pending commands may look at, as values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from inventory.core.levels import LevelKey
from inventory.db.load import ask_locations, lock_levels, products, read_locations
from inventory.db.sets import Cursor, columns_of, cursor, pipeline, unnest
from orders.core.fold import Batch
from orders.core.machine import Kind
from orders.core.order import Command, Order, Reference
from orders.db.backorders import awaited
from orders.db.claim import Claimed, Subject
from orders.db.references import references_named
from orders.db.values import command_of, holds_of, lines_of, money_of, order_of

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
    SELECT order_id, id, product_id, sku, tracks_stock, quantity, unit_price_minor, shipped_quantity, returned_quantity,
        backordered_quantity
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


_STORES = "SELECT id, coalesce(hold_expires_s, %b) FROM inventory_store WHERE id = ANY(%b)"


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
    store_ids = sorted({row[1] for row in claimed.orders.values()} | set(claimed.store_ids))
    parked, pending, lines, holds, payments, locations, stores = (cursor() for _ in range(7))
    with pipeline():
        parked.execute(_PARKED, (order_ids,), prepare=True)
        pending.execute(_PENDING, (order_ids, claimed.store_ids, 1 if alone else commands_max), prepare=True)
        lines.execute(_LINES, (order_ids,), prepare=True)
        holds.execute(_HOLDS, (order_ids,), prepare=True)
        payments.execute(_PAYMENTS, (order_ids,), prepare=True)
        ask_locations(locations, store_ids)
        stores.execute(_STORES, (settings.HOLD_EXPIRES_S, store_ids), prepare=True)
    held_up = _mark_blocked(parked.fetchall())
    rows = [row for row in pending if row[3] not in held_up]
    suspects = frozenset() if alone else frozenset(_subject(row) for row in rows if row[6])
    commands = [command_of(row) for row in rows if _subject(row) not in suspects]
    orders = _orders(claimed, commands, lines=lines, holds=holds, payments=payments)
    named = products(cursor(), _named_skus(commands))
    references = references_named(commands)
    levels = lock_levels(cursor(), _concerned(orders.values(), named, references))
    batch = Batch(
        commands=commands,
        orders=orders,
        levels=levels.by_product,
        locations=read_locations(locations),
        products=named,
        references=references,
        backorders=awaited(orders[one.order_id] for one in commands if one.order_id and one.kind is Kind.ALLOCATE),
        hold_expires_s=dict(stores.fetchall()),
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


def _orders(
    claimed: Claimed, commands: Iterable[Command], *, lines: Cursor, holds: Cursor, payments: Cursor
) -> dict[UUID, Order]:
    """Only the orders that have a command to run: helping may have locked one that was settled meanwhile."""
    their_lines, their_holds, their_money = lines_of(lines), holds_of(holds), money_of(payments)
    return {
        order_id: order_of(
            claimed.orders[order_id],
            lines=tuple(their_lines.get(order_id, ())),
            holds=tuple(their_holds.get(order_id, ())),
            money=tuple(their_money.get(order_id, {}).items()),
        )
        for order_id in {command.order_id for command in commands if command.order_id}
    }


def _named_skus(commands: Iterable[Command]) -> list[tuple[int, str]]:
    """(store id, SKU) of each product that a stock command names."""
    return [
        (command.store_id, item["sku"])
        for command in commands
        if command.order_id is None
        for item in command.payload["items"]
    ]


def _concerned(
    orders: Iterable[Order],
    named: Mapping[int, Mapping[str, tuple[int, bool]]],
    references: Mapping[int, Mapping[str, Reference]],
) -> set[int]:
    """The products whose levels may be moved."""
    in_orders = {line.product_id for order in orders for line in order.lines if line.tracks_stock}
    in_items = {id_ for skus in named.values() for id_, tracks_stock in skus.values() if tracks_stock}
    held = {hold.key[0] for of_store in references.values() for one in of_store.values() for hold in one.holds}
    return in_orders | in_items | held
