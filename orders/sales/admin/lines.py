"""Lines of orders, and what became of orders when."""

from django.contrib import admin

from base.admin.window import Window, identifier, link, whole_number
from orders.commands.admin.rows import OfOrder
from orders.sales.models import OrderLine, StatusChange


@admin.register(OrderLine)
class OrderLineAdmin(Window):
    list_display = (
        "of_order",
        "sku",
        "name",
        "quantity",
        "unit_price_minor",
        "shipped_quantity",
        "returned_quantity",
        "backordered_quantity",
        "cancelled_quantity",
    )
    list_select_related = ("order",)
    list_filter = ("tracks_stock", "store")
    ordering = ("-id",)
    found_by = {
        identifier: ["id", "order_id"],
        whole_number: ["order__number"],
    }
    search_help_text = "Number or id of an order, or id of a line"
    fields = ("id", *list_display, "tracks_stock", "position", "store")

    @admin.display(description="order")
    def of_order(self, line: OrderLine) -> str:
        return link("orders_order", line.order_id, line.order.number)


@admin.register(StatusChange)
class StatusChangeAdmin(OfOrder):
    list_display = ("at", "of_order", "kind", "from_status", "to_status", "terminal", "reason", "store")
    list_filter = ("kind", "to_status", "store", "at")
    fields = (*list_display, "command")
