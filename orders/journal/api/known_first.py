"""Whether a call was answered before: then it is answered again, though the terminal's role would not do today. What is
new needs the role."""

from collections.abc import Iterator

from django.http import HttpRequest

from base.http.problems import Problem
from orders.commands.core.caller import Caller
from orders.journal.api.bulk.items import read_items
from orders.journal.api.submit import idempotency_key, is_key
from orders.journal.db.reads.commands import known_by_key


def command_is_known(request: HttpRequest, caller: Caller) -> bool:
    try:
        return bool(known_by_key(caller, [idempotency_key(request)]))
    except Problem:
        return False


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
