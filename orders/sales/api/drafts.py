"""From an order as a terminal sends it to what is stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from base.http.problems import Problem, at
from base.http.validation import Unjudged
from inventory.db.reads.names import products_by_sku
from orders.commands.core.caller import Caller
from orders.commands.core.fingerprint import of_order
from orders.commands.core.machine import PaymentStatus, Status
from orders.sales.api.bodies import LinesIn, OrderIn
from orders.sales.core.draft import Draft, DraftLine, Fault, Product, draft, order_faults
from orders.sales.db.create import Created, NewOrder


def new_order(order_id: UUID, body: OrderIn, drafted: Draft) -> NewOrder:
    return NewOrder(
        id=order_id,
        fulfilment=body.fulfilment,
        payment_terms=body.payment_terms,
        currency=body.currency,
        reference=body.reference or "",
        sold_at=body.sold_at,
        fingerprint=order_fingerprint(body),
        draft=drafted,
        line_ids=[uuid7() for _ in drafted.lines],
    )


def as_created(order: NewOrder, created: Created) -> dict[str, Any]:
    """The order as the outside sees it, without reading it back."""
    return {
        "id": order.id,
        "number": created.number,
        "status": Status.DRAFT,
        "payment_status": PaymentStatus.UNPAID,
        "fulfilment": order.fulfilment,
        "payment_terms": order.payment_terms,
        "currency": order.currency,
        "total_minor": order.draft.total_minor,
        "paid_minor": 0,
        "refunded_minor": 0,
        "invoice_number": None,
        "invoice_pending": False,
        "reference": order.reference or None,
        "created_at": created.created_at,
        "sold_at": order.sold_at,
        "paid_at": None,
        "business_day": None,
        "archived_at": None,
        "lines": [_line(*placed) for placed in zip(order.line_ids, order.draft.lines, strict=True)],
        "holds": [],
        "payments": [],
    }


def _line(line_id: UUID, line: DraftLine) -> dict[str, Any]:
    return {
        "id": line_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "line_total_minor": line.quantity * line.unit_price_minor,
        "shipped_quantity": 0,
        "returned_quantity": 0,
        "backordered_quantity": 0,
        "cancelled_quantity": 0,
        "tracks_stock": line.tracks_stock,
    }


def order_fingerprint(body: OrderIn | Unjudged) -> bytes:
    if isinstance(body, Unjudged):
        return of_order(replace(body, given=_nameless(body.given)).content())
    return of_order(body.model_dump_json(exclude={"id"}, exclude_defaults=True).encode())


def _nameless(given: Any) -> Any:
    return {name: value for name, value in given.items() if name != "id"} if isinstance(given, dict) else given


def products_of(caller: Caller, body: LinesIn) -> Mapping[str, Product]:
    return products_by_sku(caller.store_id, {line.sku for line in body.lines})


def drafted(caller: Caller, body: LinesIn, products: Mapping[str, Product]) -> Draft:
    """Price the lines, or refuse the order with a pointer to each part of it that is at fault."""
    faults = _order_faults(caller, body) if isinstance(body, OrderIn) else []
    result = draft(body.lines, products, currency=caller.currency)
    if isinstance(result, Draft) and not faults:
        return result
    raise _faulty([*faults, *(result if isinstance(result, list) else [])])


def _order_faults(caller: Caller, body: OrderIn) -> list[Fault]:
    return order_faults(
        currency=body.currency, store_currency=caller.currency, sold_at=body.sold_at, now=timezone.now()
    )


def _faulty(faults: list[Fault]) -> Problem:
    return Problem(422, faults[0].code, "The order cannot be made as it is.", errors=[_error(f) for f in faults])


def _error(fault: Fault) -> dict[str, Any]:
    if fault.position is None:
        return at([fault.field], fault.detail, fault.code)
    return at(["lines", fault.position, fault.field], fault.detail, fault.code)


def id_reused(order_id: UUID) -> Problem:
    return Problem(
        422,
        "id_reused",
        f"The id {order_id} belongs to an order with other content; a new order needs a new id.",
        errors=[at(["id"], "belongs to another order")],
    )
