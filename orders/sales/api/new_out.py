"""A new order as the outside sees it, without reading it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.percent import percent
from orders.commands.core.amounts import Discount
from orders.commands.core.machine import PaymentStatus, Status
from orders.sales.core.draft import DraftLine
from orders.sales.db.create import NewOrder


def new_out(
    order: NewOrder,
    *,
    id_: UUID | None,
    number: int | None,
    created_at: datetime | None,
    line_ids: Sequence[UUID | None],
) -> dict[str, Any]:
    drafted = order.draft
    return {
        "id": id_,
        "number": number,
        "status": Status.DRAFT,
        "payment_status": PaymentStatus.UNPAID,
        "fulfilment": order.fulfilment,
        "payment_terms": order.payment_terms,
        "currency": order.currency,
        "subtotal_minor": drafted.amounts.subtotal_minor,
        "discount_minor": drafted.amounts.discount_minor,
        "own_discount": _own(drafted.terms.discount),
        "tax_minor": drafted.amounts.tax_minor,
        "exempted_minor": drafted.amounts.exempted_minor,
        "tax_exempt": drafted.terms.tax_exempt,
        "prices_include_tax": drafted.prices_include_tax,
        "taxes": drafted.taxes,
        "total_minor": drafted.total_minor,
        "paid_minor": 0,
        "refunded_minor": 0,
        "rounding_minor": 0,
        "due_minor": drafted.total_minor,
        "invoice_number": None,
        "invoice_pending": False,
        "reference": order.reference or None,
        "customer": order.customer,
        "cashier": order.cashier or None,
        "created_at": created_at,
        "sold_at": order.sold_at,
        "paid_at": None,
        "business_day": None,
        "archived_at": None,
        "awaits_until": None,
        "lines": [_line(*placed) for placed in zip(line_ids, drafted.lines, strict=True)],
        "holds": [],
        "payments": [],
        "credit_notes": [],
    }


def foretold(order: NewOrder, named: UUID | None) -> dict[str, Any]:
    """As it would be. `named`: the id that was sent."""
    return new_out(order, id_=named, number=None, created_at=None, line_ids=[None] * len(order.line_ids))


def _line(line_id: UUID | None, line: DraftLine) -> dict[str, Any]:
    return {
        "id": line_id,
        "sku": line.product.sku,
        "name": line.product.name,
        "quantity": line.item.quantity,
        "unit": line.product.unit,
        "quantity_decimals": line.product.quantity_decimals,
        "list_price_minor": line.product.price_minor,
        "unit_price_minor": line.item.unit_price_minor,
        "amount_minor": line.amounts.amount_minor,
        "discount_minor": line.amounts.discount_minor,
        "own_discount": _own(line.item.discount),
        "tax_code": line.amounts.tax.code if line.amounts.tax else None,
        "tax_rate": percent(line.amounts.tax.rate) if line.amounts.tax else None,
        "net_minor": line.amounts.net_minor,
        "tax_minor": line.amounts.tax_minor,
        "line_total_minor": line.amounts.total_minor,
        "shipped_quantity": 0,
        "returned_quantity": 0,
        "backordered_quantity": 0,
        "cancelled_quantity": 0,
        "tracks_stock": line.product.tracks_stock,
    }


def _own(discount: Discount | None) -> dict[str, Any] | None:
    if discount is None:
        return None
    return {"minor": discount.minor, "percent": None if discount.percent is None else percent(discount.percent)}
