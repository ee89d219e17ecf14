"""Lapsed holds: what is reserved by them is available already, whenever they are released."""

IS_KEPT = """
    (EXISTS (
        SELECT FROM orders_command WHERE order_id = {order_id} AND state IN ('parked', 'awaiting')
    ) OR EXISTS (
        SELECT FROM orders_authorization AS asked JOIN orders_command AS command ON command.id = asked.command_id
        WHERE asked.order_id = {order_id} AND command.state = 'pending'
    ))
"""
"""Whether an order keeps what it holds, however old that is: a payment provider is being asked for it or has just
answered, or an operator has to look at it first."""

HAS_LAPSED = f"(hold.expires_at <= {{now}} AND NOT {IS_KEPT.format(order_id='hold.order_id')})"

LAPSED = f"""
    LATERAL (
        SELECT coalesce(sum(hold.quantity), 0)::bigint AS quantity FROM inventory_hold AS hold
        WHERE hold.level_id = level.id AND {HAS_LAPSED}
    )
"""
"""Of a `level`, how much of what is reserved is not held any more."""
