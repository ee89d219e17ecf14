"""Old cancelled orders left the lists; they can be brought back."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from base.http.answers import answer
from base.http.problems import Problem
from orders.commands.core.roles import Action
from orders.sales.api.orders import no_order
from orders.sales.api.shapes import OrderOut
from orders.sales.db.archive import restore
from orders.sales.db.orders import order_by_id
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["orders"])


@router.post("/{order_id}/restore", response=OrderOut, auth=TerminalKey(Action.SUPERVISE))
def restore_order(request: TerminalRequest, order_id: UUID) -> HttpResponse:
    """Bring an archived order back into the lists, for good."""
    store_id = request.auth.store_id
    restored = restore(order_id, store_id=store_id, now=timezone.now())
    order = order_by_id(store_id, order_id)
    if order is None:
        raise no_order(order_id)
    if not restored:
        raise Problem(409, "order_not_archived", "Only an archived order can be brought back.")
    return answer(order)
