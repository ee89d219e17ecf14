"""Whether an order was made before: then it is answered again, though the terminal's role would not do today."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from pydantic_core import from_json

from base.http.fields import is_id
from orders.commands.core.caller import Caller
from orders.sales.db.orders import described


def id_of(order: Any) -> UUID | None:
    """The id of an order as it was sent."""
    given = order.get("id") if isinstance(order, dict) else None
    return UUID(given) if is_id(given) else None


def order_is_known(request: HttpRequest, caller: Caller) -> bool:
    """Whether this terminal made the order."""
    try:
        order_id = id_of(from_json(request.body))
    except ValueError:
        return False
    known = described(order_id) if order_id else None
    return known is not None and known.terminal_id == caller.terminal_id
