"""Who waits for stock, and what may be given to whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from base.sql.sets import cursor
from inventory.db.lapsed import LAPSED
from orders.commands.core.order import Order
from orders.commands.core.world import Backorder

_AWAITED = """
    SELECT line.product_id, "order".backordered_at, line.order_id, sum(line.backordered_quantity)::bigint
    FROM orders_orderline AS line JOIN orders_order AS "order" ON "order".id = line.order_id
    WHERE line.product_id = ANY(%b) AND line.backordered_quantity > 0
    GROUP BY line.product_id, "order".backordered_at, line.order_id
"""

# Orders whose turn it is: of a product that they wait for more is available than older backorders wait for. The key
# names what the turn follows from, with the last movement of each level: an order that was told so is left out, settled
# or not, until something of it changes. Else one that nothing can be allocated to would be told again and again.
_SERVABLE = f"""
    WITH waiting AS (
        SELECT line.product_id, line.order_id, "order".backordered_at, sum(line.backordered_quantity) AS quantity
        FROM orders_orderline AS line JOIN orders_order AS "order" ON "order".id = line.order_id
        WHERE line.backordered_quantity > 0
        GROUP BY line.product_id, line.order_id, "order".backordered_at
    ), turn AS (
        SELECT *, sum(quantity) OVER (PARTITION BY product_id ORDER BY backordered_at, order_id) - quantity AS older
        FROM waiting
    ), told AS (
        SELECT turn.order_id, turn.backordered_at, 'allocate:' || turn.order_id || ':' || md5(string_agg(
            concat_ws(' ', turn.product_id, turn.quantity, turn.older, stock.moved), ',' ORDER BY turn.product_id
        )) AS key
        FROM turn JOIN LATERAL (
            SELECT sum(on_hand - reserved + lapsed.quantity) AS available, string_agg(concat_ws('+', (
                SELECT max(id) FROM inventory_stockmovement WHERE level_id = level.id
            ), nullif(lapsed.quantity, 0)), ' ' ORDER BY level.id) AS moved
            FROM inventory_stocklevel AS level CROSS JOIN {LAPSED.format(now="%(now)s")} AS lapsed
            WHERE product_id = turn.product_id
        ) AS stock ON stock.available > turn.older
        GROUP BY turn.order_id, turn.backordered_at
    )
    SELECT order_id, key FROM told
    WHERE NOT EXISTS (
        SELECT FROM orders_command WHERE terminal_id IS NULL AND key = told.key AND key_freed_at IS NULL
    ) AND NOT EXISTS (
        SELECT FROM orders_command WHERE order_id = told.order_id AND state = 'pending' AND kind = 'allocate'
    )
    ORDER BY backordered_at, order_id LIMIT %(limit)s
"""


def awaited(orders: Iterable[Order]) -> dict[int, list[Backorder]]:
    """Product id -> all that is waited for, of these orders' products.

    Also of those that an order does not wait for: by a command of the same batch it may begin to.
    """
    product_ids = sorted({line.product_id for order in orders for line in order.lines if line.tracks_stock})
    found: dict[int, list[Backorder]] = {}
    if product_ids:
        for product_id, since, order_id, quantity in cursor().execute(_AWAITED, (product_ids,)):
            found.setdefault(product_id, []).append(Backorder(since, order_id, quantity))
    return found


def servable(limit: int, *, now: datetime) -> Sequence[tuple[UUID, str]]:
    """(order id, the key of its `allocate`) of those whose turn it is, the oldest backorder first."""
    return cursor().execute(_SERVABLE, {"now": now, "limit": limit}).fetchall()
