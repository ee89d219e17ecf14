"""Whether a call was answered before: then it is answered again, though the terminal's role would not do today. What is
new needs the role."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from pydantic_core import from_json

from inventory.api.problems import Problem
from orders.api.bulk_items import read_items
from orders.api.headers import idempotency_key, is_key
from orders.core.caller import Caller
from orders.db.reads_commands import known_by_key
from orders.db.reads_orders import described


def id_of(order: Any) -> UUID | None:
    """The id of an order as it was sent."""
    given = order.get("id") if isinstance(order, dict) else None
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


def command_is_known(request: HttpRequest, caller: Caller) -> bool:
    try:
        return bool(known_by_key(caller, [idempotency_key(request)]))
    except Problem:
        return False


def order_is_known(request: HttpRequest, caller: Caller) -> bool:
    """Whether this terminal made the order."""
    try:
        order_id = id_of(from_json(request.body))
    except ValueError:
        return False
    known = described(order_id) if order_id else None
    return known is not None and known.terminal_id == caller.terminal_id


def some_are_known(request: HttpRequest, caller: Caller) -> bool:
    """Of many commands."""
    return bool(known_by_key(caller, _keys(request)))


def _keys(request: HttpRequest) -> Iterator[str]:
    try:
        items = read_items(request)
    except Problem:
        return
    for item in items:
        if isinstance(item, dict) and is_key(key := item.get("key")):
            yield key
