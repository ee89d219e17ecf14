"""Which calls are read from a standby, where there is one that has all."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from base.http.validation import View
from base.sql.standby import is_named, read_late
from orders.feed.db.horizon import IS_OF

LATE = frozenset(
    {
        *("list_orders", "list_closings", "list_products", "list_low_stock", "list_shortfalls"),
        *("movements", "items", "read_changes", "report_day"),
    }
)
"""Lists, the feed and reports: what reads much. Who calls was found out before, from the leader."""


def late(view: View) -> View:
    """Decorator of every operation."""
    if view.__name__ not in LATE:
        return view

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_named():
            return view(request, *args, **kwargs)
        return read_late(lambda: view(request, *args, **kwargs), is_of=IS_OF)

    return read
