"""Old cancelled orders left the lists; they can be brought back."""

from django.http import HttpResponse
from ninja import Router

from base.http.body import answer
from base.http.fields import Id
from base.http.problems import Problem
from base.sql import clock
from orders.commands.core.roles import Action
from orders.sales.api.orders import no_order
from orders.sales.api.shapes import OrderOut
from orders.sales.db.archive import NotRestored, restore
from orders.sales.db.orders import order_by_id
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["orders"])


_NOT_RESTORED = {
    NotRestored.ORDER_NOT_ARCHIVED: "Only an archived order can be brought back.",
    NotRestored.COMMAND_PENDING: "A command of the order is not settled yet.",
}


@router.post("/{order_id}/restore", response=OrderOut, auth=TerminalKey(Action.SUPERVISE))
def restore_order(request: TerminalRequest, order_id: Id) -> HttpResponse:
    """Bring an archived order back into the lists, for good. Sent again, it is answered as before."""
    store_id = request.auth.store_id
    refused = restore(order_id, store_id=store_id, now=clock.now())
    if refused is NotRestored.ORDER_NOT_FOUND:
        raise no_order(order_id)
    if refused:
        raise Problem(409, refused, _NOT_RESTORED[refused])
    return answer(order_by_id(store_id, order_id))
