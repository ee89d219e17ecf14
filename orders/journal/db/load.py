"""Loading: all that the claimed orders' and stores' pending commands may look at, as values. Nothing is decided here.

One statement reads the commands in the journal's order, with what most of them look at; further ones read what only
some need. The levels of every product concerned are locked last, in id order: each is waited for at most `lock_timeout`
(55P03). Commands behind a parked one, or behind a pay that awaits its provider, are marked as blocked by it and left
out until it is freed. Orders and stores of which a command failed before are left out as well: those are run alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from base.contention import Wait
from base.sql.clock import Heard, hear
from base.sql.sets import Cursor, columns_of, cursor, unnest
from inventory.core.levels import LevelKey
from inventory.db.load import Levels, handed_over, lock_levels, look_at_levels, products
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order
from orders.commands.core.payloads import OfReference
from orders.journal.core.batch import Batch, Subject, order_ids, store_ids
from orders.journal.core.queues import queues
from orders.journal.db.claim import Claimed
from orders.journal.db.drawers import NO_LOOK, New, see_drawers
from orders.journal.db.holders import kept
from orders.journal.db.newer import left_to_newer
from orders.journal.db.references import references_named
from orders.journal.db.unstored import Unstored
from orders.journal.db.values import (
    Rows,
    authorizations_of,
    calendar_of,
    concerned,
    holds_of,
    lines_of,
    locations_of,
    named_skus,
    order_of,
    payments_of,
    pending_of,
)
from orders.payments.registry import why_not
from orders.sales.db.backorders import awaited

# What a parked command, or a pay that awaits its provider, holds up says so from now on, and is left alone until then.
_MARK_BLOCKED = f"""
    UPDATE orders_command AS command SET blocked_by_id = blocking.id
    FROM {unnest(["uuid", "uuid"])} AS blocking (order_id, id)
    WHERE command.order_id = blocking.order_id AND command.state = 'pending' AND command.blocked_by_id IS NULL
"""

# One statement for all of it, each set as JSON: on a small batch the way to the server and back is what costs.
# What was rung for comes first: those who are helped must not take its place in the batch.
_LOAD = """
    SELECT
        (
            SELECT json_agg(json_build_array(order_id, id)) FROM orders_command
            WHERE state IN ('parked', 'awaiting') AND order_id = ANY(%(orders)b)
        ),
        (
            SELECT json_agg(json_build_array(
                command.id, kind, command.store_id, order_id, issued_by, terminal_id, payload, attempts, role,
                accepted_at, seq
            ) ORDER BY seq)
            FROM (
                SELECT *, order_id = ANY(%(rung_orders)b) AS is_rung FROM orders_command
                WHERE state = 'pending' AND blocked_by_id IS NULL AND order_id = ANY(%(orders)b)
                UNION ALL
                SELECT *, store_id = ANY(%(rung_stores)b) AS is_rung FROM orders_command
                WHERE state = 'pending' AND blocked_by_id IS NULL AND order_id IS NULL AND drawer_id IS NULL
                    AND store_id = ANY(%(stores)b)
                ORDER BY is_rung DESC, seq LIMIT %(commands_max)s
            ) AS command
            LEFT JOIN orders_terminal AS terminal ON terminal.id = terminal_id
            WHERE %(alone)s::uuid IS NULL OR command.id = %(alone)s
        ),
        (
            SELECT json_agg(json_build_array(
                order_id, id, product_id, sku, tracks_stock, quantity, net_minor + tax_minor, shipped_quantity,
                returned_quantity, backordered_quantity, cancelled_quantity, skipped, tax_minor, tax_code,
                (tax_rate * 10000)::int
            ) ORDER BY order_id, position)
            FROM orders_orderline WHERE order_id = ANY(%(all_orders)b)
        ),
        (
            SELECT json_agg(json_build_array(
                hold.order_id, hold.id, level.product_id, level.location_id, hold.order_line_id, hold.quantity,
                hold.expires_at
            ) ORDER BY hold.id)
            FROM inventory_hold AS hold JOIN inventory_stocklevel AS level ON level.id = hold.level_id
            WHERE hold.order_id = ANY(%(all_orders)b)
        ),
        (
            SELECT json_agg(json_build_array(
                payment.order_id, payment.id, kind, method, payment.amount_minor, payment.reference, provider,
                authorization_id, reverses_id
            ) ORDER BY payment.id)
            FROM orders_payment AS payment LEFT JOIN orders_authorization AS asked ON asked.id = authorization_id
            WHERE payment.order_id = ANY(%(all_orders)b)
        ),
        (
            SELECT json_agg(json_build_array(command_id, id, position, state, amount_minor, detail) ORDER BY position)
            FROM orders_authorization WHERE order_id = ANY(%(orders)b)
        ),
        (
            SELECT json_agg(json_build_array(store_id, id, code, priority) ORDER BY priority, id)
            FROM inventory_location WHERE store_id = ANY(%(all_stores)b)
        ),
        (
            SELECT json_agg(json_build_array(id, coalesce(hold_expires_s, %(hold_expires_s)s), time_zone,
                day_starts_at, require_drawer, cash_rounding_minor))
            FROM inventory_store WHERE id = ANY(%(all_stores)b)
        ),
        clock_timestamp()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`level_ids`: rows of the loaded levels. `suspects`: claimed orders and stores that were left out, since a command
    of theirs failed before and has to be run alone. `is_full`: the claimed may have more pending commands. `waits`: a
    command of a drawer comes before some. `lock_waits`: which rows were waited for. `told`: the database's time."""

    batch: Batch
    level_ids: Mapping[LevelKey, int]
    suspects: frozenset[Subject]
    is_full: bool
    waits: bool
    lock_waits: Sequence[Wait]
    told: Heard


def load(claimed: Claimed, *, commands_max: int, alone: UUID | None = None) -> Loaded:
    """Pending commands in journal order, and what they look at. `alone`: this one only, also if it failed before, and
    nothing where another one has come before it meanwhile: one that an operator or a payment provider freed.

    Locks the levels of every product concerned, in id order.
    """
    sets, told = _read(claimed, commands_max, alone)
    _mark_blocked(sets[0])
    return _loaded(claimed, sets, told, lock_levels, commands_max=commands_max, alone=alone)


def load_unlocked(claimed: Claimed, *, commands_max: int, new: Unstored) -> Loaded:
    """The same for whoever changes nothing: without a lock. The new commands come last, if they are reached at all."""
    (blocking, stored, lines, *others), told = _read(claimed, commands_max, None)
    pending = [*stored, *(new.commands if len(stored) < commands_max else ())]
    sets = [blocking, pending, [*lines, *new.lines], *others]
    return _loaded(claimed, sets, told, look_at_levels, commands_max=commands_max, new_drawers=new.drawers)


def _loaded(
    claimed: Claimed,
    sets: Sequence[Rows],
    told: Heard,
    levels_of: Callable[[Cursor, Iterable[int]], Levels],
    *,
    commands_max: int,
    alone: UUID | None = None,
    new_drawers: Sequence[New] = (),
) -> Loaded:
    blocking, pending, lines, holds, payments, authorizations, locations, stores = sets
    read = [pending_of(row) for row in pending]
    held_up = {UUID(order_id) for order_id, _ in blocking}
    requiring = {row[0] for row in stores if row[4]}
    drawers = see_drawers(read, requiring, new_drawers) if requiring else NO_LOOK
    left, waiting = left_to_newer(read), held_up | drawers.waiting
    found = [one for one in read if one.order_id not in waiting and one.subject not in left]
    suspects = frozenset() if alone else frozenset(one.subject for one in found if one.attempts)
    commands = [one.command() for one in found if not suspects or one.subject not in suspects]
    orders = _orders(claimed, commands, lines=lines, holds=holds, payments=payments)
    named = products(cursor(), named_skus(commands))
    are_named = claimed.references or any(isinstance(one.payload, OfReference) for one in commands)
    references = references_named(commands, further=claimed.references) if are_named else {}
    levels = levels_of(cursor(), concerned(orders.values(), named, references))
    batch = Batch(
        commands=commands,
        orders=orders,
        levels=levels.by_product,
        locations=locations_of(locations),
        products=named,
        references=references,
        backorders=awaited(queues(commands, orders)) if any(one.kind is Kind.ALLOCATE for one in commands) else {},
        authorizations=authorizations_of(authorizations),
        handed_over=handed_over(_to_be_undone(commands, orders)),
        hold_expires_s={store[0]: store[1] for store in stores},
        calendars={store[0]: calendar_of(store[2], store[3]) for store in stores},
        coins={store[0]: store[5] for store in stores},
        drawerless=drawers.drawerless,
        kept=kept(claimed.holding) if claimed.holding else frozenset(),
        strategy=import_string(settings.ALLOCATION_STRATEGY),
        why_not=why_not,
    )
    return Loaded(
        batch=batch,
        level_ids=levels.ids,
        suspects=suspects,
        is_full=claimed.is_cut or max(len(read), len(claimed.orders)) - len(left) >= commands_max,
        waits=bool(drawers.waiting or left),
        lock_waits=[*claimed.lock_waits, *levels.lock_waits],
        told=told,
    )


def _read(claimed: Claimed, commands_max: int, alone: UUID | None) -> tuple[list[list[Any]], Heard]:
    """The sets of `_LOAD`, each as rows, and what time it was."""
    params = {
        "orders": list(claimed.orders),
        "all_orders": list(claimed.all_orders),
        "stores": claimed.store_ids,
        "rung_orders": order_ids(claimed.rung),
        "rung_stores": store_ids(claimed.rung),
        "all_stores": sorted({row[1] for row in claimed.all_orders.values()} | set(claimed.store_ids)),
        "commands_max": 1 if alone else commands_max,
        "alone": alone,
        "hold_expires_s": settings.HOLD_EXPIRES_S,
    }
    *sets, at = cursor().execute(_LOAD, params, prepare=True).fetchone() or ()
    return [one or [] for one in sets], hear(at)


def _mark_blocked(blocking: Rows) -> None:  # (order id, the command that holds it up)
    if pairs := [(UUID(order_id), UUID(command_id)) for order_id, command_id in blocking]:
        cursor().execute(_MARK_BLOCKED, columns_of(pairs))


def _orders(
    claimed: Claimed, commands: Iterable[Command], *, lines: Rows, holds: Rows, payments: Rows
) -> dict[UUID, Order]:
    """Only those with a command to run or with what one depends on: helping may have locked one settled meanwhile."""
    their_lines, their_holds, their_payments = lines_of(lines), holds_of(holds), payments_of(payments)
    return {
        order_id: order_of(
            claimed.all_orders[order_id],
            lines=tuple(their_lines.get(str(order_id), ())),
            holds=tuple(their_holds.get(str(order_id), ())),
            payments=their_payments.get(str(order_id), ()),
        )
        for order_id in {command.order_id for command in commands if command.order_id} | claimed.holding.keys()
    }


def _to_be_undone(commands: Iterable[Command], orders: Mapping[UUID, Order]) -> set[UUID]:
    """Sales that may be cancelled."""
    cancelled = {command.order_id for command in commands if command.order_id and command.kind is Kind.CANCEL}
    return {order_id for order_id in cancelled if orders[order_id].status is Status.PAID}
