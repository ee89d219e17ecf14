"""How a product stands: what lies where, who holds it, and what moved it last."""

from django.utils.html import format_html

from base.admin.column import instant_of, quantity_of
from base.admin.tables import tables
from base.admin.window import link, link_to_list
from inventory.admin.stock import DONE
from inventory.models import Product, StockLevel
from orders.journal.db.reads.held import held
from orders.stock.db.movements import movements_page

HOLDERS_MAX = 20
"""So many are named, the longest held first; all are in the list of holds."""
MOVEMENTS_MAX = 10


def levels_of(product: Product) -> list[StockLevel]:
    """As they are picked from."""
    levels = StockLevel.objects.filter(product=product).select_related("product", "location", "store")
    return list(levels.order_by("location__priority", "location_id"))


def stands(product: Product) -> str:
    """A table; empty where it has no level."""
    rows = [
        [
            link("inventory_stocklevel", level.pk, level.location.code),
            quantity_of(level, level.on_hand),
            quantity_of(level, level.reserved),
            quantity_of(level, level.on_hand - level.reserved),
        ]
        for level in levels_of(product)
    ]
    return tables(("", ("location", "on hand", "held", "available"), rows))


def holders(product: Product) -> str:
    found = held(product.pk, limit=HOLDERS_MAX + 1)
    rows = [
        [
            link("orders_order", one.order_id, one.order_number) if one.order_id else one.reference,
            one.location,
            quantity_of(product, one.quantity),
            instant_of(product, one.until) if one.until else "without end",
            "lapsed: whoever asks gets it" if one.has_lapsed else "",
        ]
        for one in found[:HOLDERS_MAX]
    ]
    told = tables(("", ("order or reference", "location", "quantity", "until", ""), rows))
    more = link_to_list("inventory_hold", product.sku, "all holds") if len(found) > HOLDERS_MAX else ""
    return format_html("{}{}", told, more)


def moved(product: Product) -> str:
    rows = [
        [
            instant_of(product, one["created_at"]),
            DONE[one["kind"]],
            one["location"],
            quantity_of(product, one["quantity_change"]),
            quantity_of(product, one["quantity_after"]),
            one["created_by"],
            link("orders_order", one["order_id"], one["order_number"]) if one["order_id"] else one["reason"] or "",
        ]
        for one in movements_page(product.store_id, sku=product.sku, limit=MOVEMENTS_MAX)
    ]
    headings = ("when", "what", "location", "change", "after", "by", "why")
    every = link_to_list("inventory_stockmovement", product.sku, "all movements")
    return format_html("{}{}", tables(("", headings, rows)), every) if rows else ""
