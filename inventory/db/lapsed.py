"""Lapsed holds: what is reserved by them is available already, whenever they are released."""

from inventory.db.promised import promised

IS_KEPT = promised().is_kept
"""Whether the order `{order_id}` keeps what it holds, however old that is."""

HAS_LAPSED = f"(hold.expires_at <= {{now}} AND NOT {IS_KEPT.format(order_id='hold.order_id')})"

LAPSED = f"""
    LATERAL (
        SELECT coalesce(sum(hold.quantity), 0)::bigint AS quantity FROM inventory_hold AS hold
        WHERE hold.level_id = level.id AND {HAS_LAPSED}
    )
"""
"""Of a `level`, how much of what is reserved is not held any more."""
