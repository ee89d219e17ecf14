"""What orders promise of stock, as inventory asks for it."""

from inventory.db.promised import Promised

# A payment provider is being asked for the order or has just answered, or an operator has to look at it first.
_IS_KEPT = """
    (EXISTS (
        SELECT FROM orders_command WHERE order_id = {order_id} AND state IN ('parked', 'awaiting')
    ) OR EXISTS (
        SELECT FROM orders_authorization AS asked JOIN orders_command AS command ON command.id = asked.command_id
        WHERE asked.order_id = {order_id} AND command.state = 'pending'
    ))
"""

# Lines of orders wait for stock that nobody would tell of any more.
_AWAITED = """
    SELECT sum(backordered_quantity) FROM orders_orderline WHERE product_id = product.id AND backordered_quantity > 0
"""

_IS_ORDERED = "EXISTS (SELECT FROM orders_orderline WHERE product_id = product.id)"

_HAS_ORDERS = "EXISTS (SELECT FROM orders_order WHERE store_id = %s)"

_OPEN_DRAWERS = """
    SELECT name FROM orders_drawer AS drawer JOIN orders_terminal AS terminal ON terminal.id = drawer.terminal_id
    WHERE drawer.store_id = %s AND opened_at IS NOT NULL ORDER BY name
"""

PROMISED = Promised(
    is_kept=_IS_KEPT,
    awaited=_AWAITED,
    is_ordered=_IS_ORDERED,
    has_orders=_HAS_ORDERS,
    open_drawers=_OPEN_DRAWERS,
)
