"""What stock is promised to, besides being held: inventory asks, and names no table of the rooms above.

Whether an order keeps what it holds, waits for goods or was sold in its store's currency, only orders know. So they
bring the conditions, and project.settings says where they stand. All of it is SQL.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """`is_kept`: whether the order `{order_id}` keeps its holds, however old they are. `awaited`: a query of how much
    of a `product` is waited for. `is_ordered`: whether a `product` is in an order. `has_orders`: whether the store `%s`
    has any. `open_drawers`: a query of the names of its terminals whose drawer is open."""

    is_kept: str
    awaited: str
    is_ordered: str
    has_orders: str
    open_drawers: str


@cache
def promised() -> Promised:
    found: Promised = import_string(settings.STOCK_PROMISED_BY)
    return found
