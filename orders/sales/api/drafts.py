"""From an order as a terminal sends it to what is stored."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from base.http.problems import Problem, at
from base.http.validation import Unjudged
from base.sql import clock
from inventory.core.price_list import PriceList
from inventory.db.reads.price_list import price_list
from orders.commands.core.caller import Caller
from orders.commands.core.order import fingerprint_of_order
from orders.commands.core.roles import Action, least_role, may
from orders.sales.api.bodies import LineIn, LinesIn, OrderIn
from orders.sales.api.people import CustomerIn
from orders.sales.core.draft import (
    Draft,
    Fault,
    Terms,
    discount_of,
    draft,
    gives_away_too_much,
    order_faults,
)
from orders.sales.db.create import Kept, NewOrder
from orders.sales.db.customer import UNCHANGED, Customer, Unchanged
from orders.terminals.api.auth import require


def new_order(order_id: UUID, body: OrderIn, drafted: Draft) -> NewOrder:
    return NewOrder(
        id=order_id,
        fulfilment=body.fulfilment,
        payment_terms=body.payment_terms,
        currency=body.currency,
        reference=body.reference or "",
        customer=customer_of(body.customer),
        cashier=body.cashier or "",
        sold_at=body.sold_at,
        fingerprint=order_fingerprint(body),
        draft=drafted,
        line_ids=[uuid7() for _ in drafted.lines],
    )


def order_fingerprint(body: OrderIn | Unjudged) -> bytes:
    if isinstance(body, Unjudged):
        return fingerprint_of_order(replace(body, given=_nameless(body.given)).content())
    return fingerprint_of_order(body.model_dump_json(exclude={"id"}, exclude_defaults=True).encode())


def _nameless(given: Any) -> Any:
    return {name: value for name, value in given.items() if name != "id"} if isinstance(given, dict) else given


def prices_for(caller: Caller, body: OrderIn | LinesIn) -> PriceList:
    return price_list(caller.store_id, {line.sku for line in body.lines})


def drafted(caller: Caller, body: OrderIn, prices: PriceList) -> Draft:
    """Price the lines, or refuse the order with a pointer to each part of it that is at fault."""
    if body.tax_exempt:
        require(caller.role, Action.EXEMPT)
    now = clock.now()
    faults = order_faults(currency=body.currency, store_currency=caller.currency, sold_at=body.sold_at, now=now)
    discount = discount_of(body.discount_minor, body.discount_percent)
    terms = Terms(body.sold_at or now, discount, body.tax_exempt)
    return _priced(caller, body.lines, prices, terms, faults)


def redrafted(caller: Caller, body: LinesIn, kept: Kept, prices: PriceList) -> Draft:
    """The same for new lines of a draft. Of its discount stays what the body does not name."""
    minor, percent = kept.own_discount_minor, kept.own_discount_percent
    if body.discount_minor is not None or body.discount_percent is not None:
        minor, percent = body.discount_minor, body.discount_percent
    elif "discount_minor" in body.model_fields_set:
        minor = None
    if "discount_percent" in body.model_fields_set:
        percent = body.discount_percent
    terms = Terms(kept.sold_at or clock.now(), discount_of(minor, percent), kept.tax_exempt)
    return _priced(caller, body.lines, prices, terms, [])


def kept_customer(body: LinesIn) -> Customer | Unchanged | None:
    """What a draft's customer becomes with its new lines."""
    return customer_of(body.customer) if "customer" in body.model_fields_set else UNCHANGED


def customer_of(given: CustomerIn | None) -> Customer | None:
    return given.model_dump() if given else None


def _priced(caller: Caller, lines: Sequence[LineIn], prices: PriceList, terms: Terms, faults: Sequence[Fault]) -> Draft:
    result = draft(lines, prices, currency=caller.currency, terms=terms)
    if isinstance(result, list) or faults:
        raise _faulty([*faults, *(result if isinstance(result, list) else [])])
    limit = prices.discount_limit_percent
    if limit is not None and not may(caller.role, Action.DISCOUNT) and gives_away_too_much(result, limit):
        needed = least_role(Action.DISCOUNT)
        raise Problem(403, "role_not_allowed", f"To give away more than {limit} % needs the role {needed}.")
    return result


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
