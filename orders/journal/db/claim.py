"""Claiming: which orders and stores a batch works for. Every lock on an order or a store is taken on this page.

One lock order everywhere: orders in id order, then stores in id order, then (inventory.db.load) levels in id order.
Only the rung orders and stores are waited for; those that a batch helps along come after them and are skipped while
somebody else has them. Whoever has an order's lock is the only one that settles, marks or frees its commands.

A lock that is not had within `lock_timeout` ends the transaction (55P03), and it is tried again. What others have
settled meanwhile is not claimed: then there is nothing to do, and no harm in having been rung for it.

What decisions depend on may be held by orders and references that nobody rang for. Then the batch is undone and begun
anew with those claimed as well, since locking them later would break the lock order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import SerializationFailure

from base.contention import Wait
from base.sql.sets import Cursor, cursor, pipeline, timed, waits
from orders.journal.core.batch import NOBODY, Holders, OrderSubject, StoreSubject, Subject, order_ids, store_ids
from orders.journal.core.shares import COMMANDS
from orders.journal.db.shares import named, of, share

_ORDER = """
    "order".id, "order".store_id, "order".terminal_id, "order".status, "order".payment_status, "order".fulfilment,
    "order".payment_terms, "order".currency, "order".total_minor, "order".paid_minor, "order".refunded_minor,
    "order".rounding_minor, "order".refund_rounding_minor, "order".invoice_pending, "order".hold_expired_at,
    "order".hold_extended_at, "order".backordered_at, "order".awaits_until, "order".paid_at, "order".sold_at,
    "order".business_day
"""

_LOOKS_AT = 2_000
"""The oldest commands that are pending: about as many as there may be (COMMANDS_PENDING_MAX)."""
_CROWD = 20  # commands that were sent together: no till that sells one by one has so many pending

# A ring whose commands somebody else has settled meanwhile finds nothing, and writes no lock.
_LOCK_RUNG_ORDERS = timed(f"""
    SELECT {_ORDER} FROM orders_order AS "order"
    WHERE id = ANY(%b) AND EXISTS (
        SELECT FROM orders_command
        WHERE order_id = "order".id AND state = 'pending' AND blocked_by_id IS NULL
    )
    ORDER BY id FOR NO KEY UPDATE
""")

# Commands that already failed are left to their own ring, or others would fail with them. Terminals have their turns: a
# single sale does not stand behind all that another one sent, nor is its batch filled up with that.
_LOCK_FURTHER_ORDERS = f"""
    WITH next AS MATERIALIZED (
        SELECT order_id, min(turn) AS turn, min(seq) AS seq, bool_and(sent > {_CROWD}) AS of_crowd FROM (
            SELECT order_id, seq, row_number() OVER (PARTITION BY terminal_id ORDER BY seq) AS turn,
                count(*) OVER (PARTITION BY terminal_id) AS sent
            FROM (
                SELECT order_id, terminal_id, seq FROM orders_command
                WHERE state = 'pending' AND blocked_by_id IS NULL AND attempts = 0 AND order_id IS NOT NULL{{of}}
                ORDER BY seq LIMIT {_LOOKS_AT}
            ) AS oldest
        ) AS in_turn GROUP BY order_id ORDER BY 2, 3 LIMIT %(look_ahead)b
    ), size AS (
        SELECT least(%(most)b, CASE count(*) FILTER (WHERE NOT of_crowd)
            WHEN count(*) THEN %(most)b WHEN 0 THEN %(of_crowd)b ELSE 2 + 2 * count(*) FILTER (WHERE NOT of_crowd)
        END) AS orders FROM next
    )
    SELECT {_ORDER}, size.orders FROM size, next JOIN orders_order AS "order" ON "order".id = next.order_id
    ORDER BY next.turn, next.seq LIMIT (SELECT orders FROM size) FOR NO KEY UPDATE OF "order" SKIP LOCKED
"""

# Holders are locked whether or not they have commands to run.
_LOCK_RUNG_ORDERS_AND_HOLDERS = timed(f"""
    SELECT {_ORDER} FROM orders_order AS "order"
    WHERE id = ANY(%b) AND (id = ANY(%b) OR EXISTS (
        SELECT FROM orders_command
        WHERE order_id = "order".id AND state = 'pending' AND blocked_by_id IS NULL
    ))
    ORDER BY id FOR NO KEY UPDATE
""")

_ORDERS = f"""SELECT {_ORDER} FROM orders_order AS "order" WHERE id = ANY(%b)"""

_LOCK_RUNG_STORES = timed("SELECT id FROM inventory_store WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE")

_LOCK_FURTHER_STORES = """
    SELECT id FROM inventory_store
    WHERE id = ANY(ARRAY(
        SELECT store_id FROM orders_command
        WHERE state = 'pending' AND order_id IS NULL AND drawer_id IS NULL AND blocked_by_id IS NULL
            AND attempts = 0{of}
        ORDER BY seq LIMIT %(look_ahead)b
    ))
    FOR NO KEY UPDATE SKIP LOCKED
"""

_STILL_PENDING = """
    SELECT id FROM unnest(%(orders)b::uuid[]) AS rung (id) WHERE EXISTS (
        SELECT FROM orders_command WHERE order_id = rung.id AND state = 'pending' AND blocked_by_id IS NULL
    )
"""

_STOCK_STILL_PENDING = """
    SELECT id FROM unnest(%(stores)b::bigint[]) AS rung (id) WHERE EXISTS (
        SELECT FROM orders_command
        WHERE store_id = rung.id AND order_id IS NULL AND drawer_id IS NULL AND state = 'pending'
            AND blocked_by_id IS NULL
    )
"""


_SOME_PENDING = """
    SELECT FROM orders_command
    WHERE state = 'pending' AND blocked_by_id IS NULL AND attempts = 0 AND drawer_id IS NULL{of} LIMIT 1
"""

ATTEMPTS_MAX = 5
"""A third and further ones where somebody else came in between."""

_LOOK_AHEAD = 4
"""How many batches' worth of pending commands are looked at: as many as workers may hold at once."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Claimed:
    """`orders`: their rows by id, as they are under the lock; `store_ids`: whose stock commands may be run; `rung`:
    which of both were rung for. `holding`: the rows of orders that are here for what they hold. `lock_waits`: which of
    all these were waited for. `is_cut`: there may be more that are pending than it took on."""

    orders: dict[UUID, tuple[Any, ...]]
    store_ids: list[int]
    rung: Sequence[Subject]
    holding: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    references: frozenset[tuple[int, str]] = frozenset()
    lock_waits: Sequence[Wait] = ()
    is_cut: bool = False

    @property
    def all_orders(self) -> dict[UUID, tuple[Any, ...]]:
        return {**self.orders, **self.holding}


def claim(
    rung: Sequence[Subject],
    *,
    commands_max: int,
    of_crowd: int,
    helps: bool,
    queue: str = COMMANDS,
    holders: Holders = NOBODY,
) -> Claimed:
    """Lock the rung orders and stores, and the holders among them, whose store stands for a reference; then, if the
    batch `helps`, further ones that have pending commands of this queue's share. `of_crowd`: no more where all of these
    were sent together.

    Waits for the rung rows at most `lock_timeout` each (SQLSTATE 55P03). Under READ COMMITTED the rows come as they are
    once the lock is had.
    """
    rung_ids = order_ids(rung)
    waited: list[tuple[str, Cursor]] = []
    orders: list[Cursor] = []
    stores: list[Cursor] = []
    # The rung are among those that are pending, and take nobody's place: as many as a batch takes, or all there are.
    further_max = commands_max if helps and len(rung) < commands_max else 0
    locked_ids = sorted({*store_ids(rung), *(store_id for store_id, _ in holders.references)})
    with pipeline():
        if holders.orders:
            asked = ([*rung_ids, *holders.orders], list(holders.orders))
            waited.append(("order", cursor().execute(_LOCK_RUNG_ORDERS_AND_HOLDERS, asked)))
        elif rung_ids:
            waited.append(("order", cursor().execute(_LOCK_RUNG_ORDERS, (rung_ids,), prepare=True)))
        if locked_ids:
            waited.append(("store", cursor().execute(_LOCK_RUNG_STORES, (locked_ids,), prepare=True)))
        if further_max > 0:
            its = share(queue)
            bounds = {"look_ahead": _LOOK_AHEAD * commands_max, "most": further_max, "of_crowd": of_crowd, **named(its)}
            orders.append(cursor().execute(_LOCK_FURTHER_ORDERS.format(of=of(its)), bounds, prepare=True))
            stores.append(cursor().execute(_LOCK_FURTHER_STORES.format(of=of(its)), bounds, prepare=True))
    had = [(what, found.fetchall()) for what, found in waited]
    rung_orders = {row[0]: row[:-1] for what, rows in had if what == "order" for row in rows}
    rung_stores = [row[0] for what, rows in had if what == "store" for row in rows]
    helped = [row for found in orders for row in found]
    further = {row[0]: row[:-1] for row in helped}
    ids = [*rung_stores, *(row[0] for found in stores for row in found)]
    lock_waits = [Wait(what, str(row[0]), seconds) for what, rows in had for row, seconds in waits(rows)]
    is_cut = len(helped) < further_max and any(len(helped) >= size for *_, size in helped)
    return replace(_claimed(rung, {**rung_orders, **further}, ids, holders), lock_waits=lock_waits, is_cut=is_cut)


def look_at(rung: Sequence[Subject], *, new: Mapping[UUID, tuple[Any, ...]], holders: Holders = NOBODY) -> Claimed:
    """What `claim` would have, without a lock, whether or not they have pending commands. `new`: orders that are not
    stored, by id, as their rows would be."""
    rows = cursor().execute(_ORDERS, ([*order_ids(rung), *holders.orders],))
    return _claimed(rung, {**{row[0]: row for row in rows}, **new}, store_ids(rung), holders)


def _claimed(
    rung: Sequence[Subject], found: Mapping[UUID, tuple[Any, ...]], stores: Iterable[int], holders: Holders
) -> Claimed:
    here_to_hold = holders.orders.difference(order_ids(rung))
    lent = {store_id for store_id, _ in holders.references}.difference(store_ids(rung))
    return Claimed(
        orders={id_: row for id_, row in found.items() if id_ not in here_to_hold},
        store_ids=sorted(set(stores) - lent),
        rung=rung,
        holding={id_: found[id_] for id_ in holders.orders if id_ in found},
        references=holders.references,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DependsOnOthers:
    """What has to be claimed together before the decisions of a batch stand: what was rung for, and the holders."""

    rung: Sequence[Subject]
    holders: Holders


def until_it_stands(
    rung: Sequence[Subject], attempt: Callable[[Sequence[Subject], Holders], Result | DependsOnOthers]
) -> Result:
    """What the first attempt comes to that depends on nobody else. Each is a transaction of its own: it finds out whom
    its decisions depend on, and the next claims them as well.

    Errors: others came in between ATTEMPTS_MAX times (40001).
    """
    holders = NOBODY
    for _ in range(ATTEMPTS_MAX):
        result = attempt(rung, holders)
        if not isinstance(result, DependsOnOthers):
            return result
        rung, holders = result.rung, holders | result.holders
    raise SerializationFailure(f"others held what the batch depends on, and others again, {ATTEMPTS_MAX} times")


def still_pending(subjects: Collection[Subject]) -> list[Subject]:
    """Those of the orders and stores that have commands to run."""
    left: list[Subject] = []
    if orders := order_ids(subjects):
        left += (OrderSubject(id_) for (id_,) in cursor().execute(_STILL_PENDING, {"orders": orders}, prepare=True))
    if stores := store_ids(subjects):
        left += (StoreSubject(id_) for (id_,) in cursor().execute(_STOCK_STILL_PENDING, {"stores": stores}))
    return left


def is_some_pending(queue: str = COMMANDS) -> bool:
    """Whether there is what any batch of this queue would take."""
    its = share(queue)
    return cursor().execute(_SOME_PENDING.format(of=of(its)), named(its)).fetchone() is not None
