"""Orders: created by terminals, read by everybody of the store."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from base.http.body import answer
from base.http.fields import NO_NUL, Day, Id, Instant, Number, Reference
from base.http.paging import PageIn, PageOut, after, instant, page, uuid
from base.http.problems import Problem, not_found
from base.http.validation import Sent, Unjudged
from base.sql.snapshot import one_snapshot
from inventory.core.price_list import PriceList
from orders.commands.core.machine import PaymentStatus, Status
from orders.commands.core.roles import Action
from orders.sales.api.bodies import LinesIn, OrderIn
from orders.sales.api.drafts import (
    drafted,
    id_reused,
    kept_customer,
    new_order,
    order_fingerprint,
    prices_for,
    redrafted,
)
from orders.sales.api.known_first import id_of, order_is_known
from orders.sales.api.new_out import foretold, new_out
from orders.sales.api.shapes import ForetoldOrderOut, OrderOut
from orders.sales.core.draft import Draft
from orders.sales.db.create import InTheWay, Kept, NewOrder, create, replace_lines
from orders.sales.db.orders import KnownOrder, described, how_many_fit, order_by_id, orders_page, with_lines
from orders.sales.db.prices import price_list_for
from orders.terminals.api.auth import TerminalKey, TerminalRequest, confirmed, hash_to_confirm, require

router = Router(tags=["orders"])
ORDERS_PATH = "/api/v1/orders"
_IN_THE_WAY = {
    InTheWay.ORDER_NOT_DRAFT: "Only the lines of a draft can be replaced.",
    InTheWay.COMMAND_PENDING: "A command of the order is not settled yet: it was sent for the lines as they are.",
}


class OrdersIn(PageIn):
    status: Status | None = None
    payment_status: PaymentStatus | None = None
    archived: Annotated[
        bool | None,
        Field(description="Archived orders instead of the others; both where it is absent and an order is named."),
    ] = None
    since: Annotated[Instant | None, Field(description="Created at this instant or later.")] = None
    invoice_number: Annotated[str | None, Field(min_length=1, max_length=64, pattern=NO_NUL)] = None
    number: Annotated[Number | None, Field(description="The order's own number.")] = None
    reference: Annotated[Reference | None, Field(min_length=1)] = None
    day: Annotated[Day | None, Field(description="Of this business day.")] = None
    terminal: Annotated[Number | None, Field(description="The id of whose orders these are.")] = None


class NewOrderAskedIn(BaseModel):
    dry_run: Annotated[bool, Field(description="Tell what the order would come to, and store nothing.")] = False


@router.post(
    "",
    response={201: OrderOut, 200: OrderOut | ForetoldOrderOut},
    auth=TerminalKey(Action.SELL, unless=order_is_known, asks_later=True),
)
def create_order(request: TerminalRequest, body: Sent[OrderIn], asked: Query[NewOrderAskedIn]) -> HttpResponse:
    """A draft with frozen names, prices, discounts and taxes. The same id and content again: 200 and the order as it
    is now. A dry run answers 200 with all amounts; what would be new has no number, and no id that was not sent."""
    named = _id_of(body)
    try:
        order = _drafted(request, body, named or uuid7())
    except Problem:
        confirmed(request)
        # What was answered once is answered again, whatever the rules are today.
        if named and (known := described(named)):
            return _answer(_repeated(request.auth.store_id, named, body, known))
        raise
    caller = request.auth
    if asked.dry_run:
        known = described(named) if named else None
        return _answer(_repeated(caller.store_id, order.id, body, known)) if known else answer(foretold(order, named))
    if created := create(caller, [order]).get(order.id):
        told = new_out(order, id_=order.id, **created._asdict(), line_ids=order.line_ids)
        return _answer(told, status=201)
    return _answer(_repeated(caller.store_id, order.id, body, described(order.id)))


@router.get("", response=PageOut[OrderOut])
def list_orders(request: TerminalRequest, asked: Query[OrdersIn]) -> HttpResponse:
    """The store's orders, newest first. A page of long orders ends before the limit; then too the next one goes on."""
    before_at, before_id = after(asked.cursor, instant, uuid)
    with one_snapshot():
        rows = orders_page(
            request.auth.store_id,
            limit=asked.limit + 1,
            before_at=before_at,
            before_id=before_id,
            archived=_archived(asked),
            **asked.model_dump(exclude={"cursor", "limit", "archived"}),
        )
        limit = min(asked.limit, how_many_fit(rows))
        listed = page(rows, limit=limit, key=lambda row: [row["created_at"], row["id"]])
        items = with_lines(listed["items"])
    return answer({**listed, "items": items})


@router.get("/{order_id}", response=OrderOut)
def read_order(request: TerminalRequest, order_id: Id) -> HttpResponse:
    """One order with its lines."""
    order = order_by_id(request.auth.store_id, order_id)
    if order is None:
        raise no_order(order_id)
    return answer(order)


@router.put("/{order_id}/lines", response=OrderOut, auth=TerminalKey(Action.SELL))
def replace_draft_lines(request: TerminalRequest, order_id: Id, body: LinesIn) -> HttpResponse:
    """Give a draft new lines instead of all it has."""
    caller = request.auth
    known = described(order_id)
    if known is None or known.store_id != caller.store_id:
        raise no_order(order_id)

    def anew(kept: Kept) -> Draft:
        return redrafted(caller, body, kept, prices_for(caller, body))

    customer = kept_customer(body)
    if in_the_way := replace_lines(caller, order_id, anew, customer=customer):
        raise Problem(409, in_the_way, _IN_THE_WAY[in_the_way])
    return answer(order_by_id(caller.store_id, order_id))


def _id_of(body: OrderIn | Unjudged) -> UUID | None:
    return id_of(body.given) if isinstance(body, Unjudged) else body.id


def _drafted(request: TerminalRequest, body: OrderIn | Unjudged, order_id: UUID) -> NewOrder:
    """By today's rules, or it is refused."""
    if isinstance(body, Unjudged):
        raise body.problem
    prices = _prices(request, body)
    caller = request.auth
    require(caller.role, Action.SELL)
    return new_order(order_id, body, drafted(caller, body, prices))


def _prices(request: TerminalRequest, body: OrderIn) -> PriceList:
    """For who calls, which is found out in the same statement where nobody has asked yet."""
    if hashed := hash_to_confirm(request):
        if prices := price_list_for(request.auth, hashed, {line.sku for line in body.lines}):
            request.asks = None
            return prices
        confirmed(request)
    return prices_for(request.auth, body)


def _answer(order: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return answer(order, status=status, headers={"Location": f"{ORDERS_PATH}/{order['id']}"})


def no_order(order_id: UUID) -> Problem:
    return not_found("order_not_found", f"The store has no order {order_id}.")


def _archived(asked: OrdersIn) -> bool | None:
    """Who names an order finds it wherever it is."""
    names_an_order = asked.number or asked.invoice_number or asked.reference
    return asked.archived if asked.archived is not None or names_an_order else False


def _repeated(store_id: int, order_id: UUID, body: OrderIn | Unjudged, known: KnownOrder | None) -> dict[str, Any]:
    if known is None or known.store_id != store_id or known.fingerprint != order_fingerprint(body):
        raise id_reused(order_id)
    repeated = order_by_id(store_id, order_id)
    assert repeated is not None
    return repeated
