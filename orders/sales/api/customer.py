"""Who buys, told after the order was made."""

from django.http import HttpResponse
from ninja import Router

from base.http.body import answer
from base.http.fields import Id
from base.http.problems import Problem
from base.http.validation import invalid_body
from orders.commands.core.outcomes import Code
from orders.commands.core.roles import Action
from orders.sales.api.drafts import customer_of
from orders.sales.api.orders import no_order
from orders.sales.api.people import CustomerOrNull
from orders.sales.api.shapes import OrderOut
from orders.sales.db.customer import put_customer
from orders.sales.db.orders import order_by_id
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["orders"])


@router.put(
    "/{order_id}/customer",
    response=OrderOut,
    auth=TerminalKey(Action.SELL),
    openapi_extra={"requestBody": {"required": True}},
)
def put_order_customer(request: TerminalRequest, order_id: Id, body: CustomerOrNull = None) -> HttpResponse:
    """Name the customer of an order, until it is cancelled; null: nobody any more."""
    if not request.body:
        raise invalid_body([{"loc": (), "type": "missing", "msg": "Field required"}])
    store_id = request.auth.store_id
    is_put = put_customer(store_id, order_id, customer_of(body))
    if (order := order_by_id(store_id, order_id)) is None:
        raise no_order(order_id)
    if not is_put:
        raise Problem(409, Code.ORDER_CANCELLED, "The order is cancelled: its customer stays.")
    return answer(order)
