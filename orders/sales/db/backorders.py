"""Who waits for stock, and what may be given to whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from base.sql.sets import columns_of, cursor, unnest
from inventory.db.lapsed import LAPSED
from inventory.db.leaving import STAYS
from orders.commands.core.rule import Backorder
from orders.sales.core.turns import Place, Queue, Turn, turns

# By the index of the same columns: who stands behind that place is not read.
_AWAITED = f"""
    SELECT given.product_id, waiting.*
    FROM {unnest(["bigint", "timestamptz", "uuid"])} AS given (product_id, since, order_id)
    CROSS JOIN LATERAL (
        SELECT backordered_at, order_id, sum(backordered_quantity)::bigint FROM orders_orderline
        WHERE product_id = given.product_id AND backordered_quantity > 0
            AND (backordered_at, order_id) <= (given.since, given.order_id)
        GROUP BY backordered_at, order_id
    ) AS waiting
"""

# From one product that is waited for to the next, by the index: not one backorder after the other. What is available of
# it is worked out once, whoever waits.
_PRODUCTS = f"""
    WITH RECURSIVE awaited AS (
        SELECT 1 AS n, (
            SELECT min(product_id) FROM orders_orderline WHERE backordered_quantity > 0 AND product_id > %(after)s
        ) AS id
        UNION ALL
        SELECT n + 1, (
            SELECT min(product_id) FROM orders_orderline WHERE backordered_quantity > 0 AND product_id > awaited.id
        )
        FROM awaited WHERE id IS NOT NULL AND n < %(limit)s
    )
    SELECT awaited.id, coalesce(stock.available, 0)::bigint, coalesce(stock.moved, '')
    FROM awaited CROSS JOIN LATERAL (
        SELECT sum(on_hand - reserved + lapsed.quantity) AS available, string_agg(concat_ws('+', (
            SELECT max(id) FROM inventory_stockmovement WHERE level_id = level.id
        ), nullif(lapsed.quantity, 0)), ' ' ORDER BY level.id) AS moved
        FROM inventory_stocklevel AS level CROSS JOIN {LAPSED.format(now="%(now)s")} AS lapsed
        WHERE product_id = awaited.id AND {STAYS.format(store_id="level.store_id")}
    ) AS stock
    WHERE awaited.id IS NOT NULL ORDER BY awaited.id
"""

# The next of each queue, by the index of the same columns.
_WAITING = f"""
    SELECT given.product_id, waiting.*
    FROM {unnest(["bigint", "timestamptz", "uuid"])} AS given (product_id, since, order_id)
    CROSS JOIN LATERAL (
        SELECT backordered_at, order_id, sum(backordered_quantity)::bigint FROM orders_orderline
        WHERE product_id = given.product_id AND backordered_quantity > 0
            AND (backordered_at, order_id) > (given.since, given.order_id)
        GROUP BY backordered_at, order_id ORDER BY backordered_at, order_id LIMIT %b
    ) AS waiting
    ORDER BY given.product_id, waiting.backordered_at, waiting.order_id
"""

_UNTOLD = f"""
    SELECT given.key FROM {unnest(["uuid", "text"])} AS given (order_id, key)
    WHERE NOT EXISTS (
        SELECT FROM orders_command WHERE terminal_id IS NULL AND key = given.key AND key_freed_at IS NULL
    ) AND NOT EXISTS (
        SELECT FROM orders_command WHERE order_id = given.order_id AND state = 'pending' AND kind = 'allocate'
    )
"""

PRODUCTS_MAX = 100
ORDERS_MAX = 500


def awaited(places: Mapping[int, Place]) -> dict[int, list[Backorder]]:
    """Product id -> what is waited for, up to that place of its queue."""
    found: dict[int, list[Backorder]] = {}
    if places:
        asked = columns_of([(product_id, *place) for product_id, place in sorted(places.items())])
        for product_id, since, order_id, quantity in cursor().execute(_AWAITED, asked):
            found.setdefault(product_id, []).append(Backorder(since, order_id, quantity))
    return found


def are_some_servable(now: datetime) -> bool:
    return any(servable(now=now))


def servable(*, now: datetime) -> Iterator[Sequence[Turn]]:
    """Whose turn it is, some hundred orders at a time, the oldest backorder first: of a product that they wait for more
    is available than older backorders wait for. An order that waits for several products may come once for each."""
    after: int | None = 0
    while after is not None:
        queues, after = _queues(after, now=now)
        while queues:
            found, queues = _next_turns(queues)
            yield _untold(found)


def _queues(after: int, *, now: datetime) -> tuple[list[Queue], int | None]:
    """Of the next products that are waited for, those of which something is there; and where to go on."""
    asked = {"after": after, "limit": PRODUCTS_MAX, "now": now}
    rows = cursor().execute(_PRODUCTS, asked).fetchall()
    queues = [
        Queue(product_id=product_id, available=available, moved=moved)
        for product_id, available, moved in rows
        if available > 0
    ]
    return queues, rows[-1][0] if len(rows) == PRODUCTS_MAX else None


def _next_turns(queues: Sequence[Queue]) -> tuple[list[Turn], list[Queue]]:
    """And the queues in which it may be the turn of more."""
    each = ORDERS_MAX // len(queues)
    starts = columns_of([(queue.product_id, queue.since, queue.order_id) for queue in queues])
    waiting: dict[int, list[tuple[datetime, UUID, int]]] = {}
    for product_id, *one in cursor().execute(_WAITING, (*starts, each)):
        waiting.setdefault(product_id, []).append(tuple(one))
    found, behind = list[Turn](), list[Queue]()
    for queue in queues:
        some = waiting.get(queue.product_id, [])
        its_turns, rest = turns(queue, some)
        found += its_turns
        if len(some) == each and rest.older < rest.available:
            behind.append(rest)
    return found, behind


def _untold(found: Sequence[Turn]) -> list[Turn]:
    """One of each order, which nobody has told it yet."""
    if not found:
        return []
    asked = columns_of([(turn.order_id, turn.key) for turn in found])
    keys = {key for (key,) in cursor().execute(_UNTOLD, asked)}
    return sorted({turn.order_id: turn for turn in found if turn.key in keys}.values())
