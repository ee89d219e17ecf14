"""An order's state as the core sees it, without locks and without its money."""

from uuid import UUID

from base.sql.sets import cursor
from base.sql.snapshot import one_snapshot
from orders.commands.core.machine import Fulfilment, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Hold, Line, Order

_ORDER = """
    SELECT status, payment_status, fulfilment, payment_terms, currency, total_minor, paid_minor, refunded_minor,
        invoice_pending, hold_expired_at, paid_at, terminal_id,
        hold_extended_at, backordered_at, awaits_until, rounding_minor
    FROM orders_order WHERE id = %s AND store_id = %s
"""

_LINES = """
    SELECT id, product_id, sku, tracks_stock, quantity, net_minor + tax_minor, shipped_quantity, returned_quantity,
        backordered_quantity, cancelled_quantity, skipped
    FROM orders_orderline WHERE order_id = %s ORDER BY position
"""

_HOLDS = """
    SELECT hold.id, level.product_id, level.location_id, hold.order_line_id, hold.quantity, hold.expires_at
    FROM inventory_hold AS hold JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    WHERE hold.order_id = %s ORDER BY hold.id
"""


def state_of(store_id: int, order_id: UUID) -> Order | None:
    """As it was at one instant."""
    with one_snapshot():
        return _state_of(store_id, order_id)


def _state_of(store_id: int, order_id: UUID) -> Order | None:
    row = cursor().execute(_ORDER, (order_id, store_id)).fetchone()
    if row is None:
        return None
    lines = tuple(
        Line(
            id=id_,
            product_id=product_id,
            sku=sku,
            tracks_stock=tracks_stock,
            quantity=quantity,
            total_minor=total,
            shipped=shipped,
            returned=returned,
            backordered=backordered,
            cancelled=cancelled,
            skipped=skipped,
        )
        for (
            id_,
            product_id,
            sku,
            tracks_stock,
            quantity,
            total,
            shipped,
            returned,
            backordered,
            cancelled,
            skipped,
        ) in cursor().execute(_LINES, (order_id,))
    )
    holds = tuple(
        Hold(id=id_, key=(product_id, location_id), line_id=line_id, quantity=quantity, expires_at=expires_at)
        for id_, product_id, location_id, line_id, quantity, expires_at in cursor().execute(_HOLDS, (order_id,))
    )
    return Order(
        id=order_id,
        store_id=store_id,
        terminal_id=row[11],
        status=Status(row[0]),
        payment_status=PaymentStatus(row[1]),
        fulfilment=Fulfilment(row[2]),
        payment_terms=PaymentTerms(row[3]),
        currency=row[4],
        total_minor=row[5],
        paid_minor=row[6],
        refunded_minor=row[7],
        invoice_pending=row[8],
        hold_expired_at=row[9],
        paid_at=row[10],
        hold_extended_at=row[12],
        backordered_at=row[13],
        awaits_until=row[14],
        rounding_minor=row[15],
        lines=lines,
        holds=holds,
    )
