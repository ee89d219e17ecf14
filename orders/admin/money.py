"""Payments, accounting's entries and status changes: written once, with the command that made them."""

from django.contrib import admin

from inventory.admin.window import Window, identifier, link, whole_number
from orders.models import JournalEntry, Payment, StatusChange


class OfOrder(Window):
    """Rows that belong to an order and were made by a command."""

    list_select_related = ("order", "store")
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"]}
    search_help_text = "Number or id of an order"

    @admin.display(description="order")
    def of_order(self, row: Payment | JournalEntry | StatusChange) -> str:
        return link("orders_order", row.order_id, row.order.number)

    @admin.display(description="command")
    def command(self, row: Payment | JournalEntry | StatusChange) -> str:
        return link("orders_command", row.command_id)


@admin.register(Payment)
class PaymentAdmin(OfOrder):
    list_display = ("created_at", "of_order", "kind", "method", "amount_minor", "tendered_minor", "reference", "store")
    list_filter = ("kind", "method", "store", "created_at")
    fields = ("id", *list_display, "command")


@admin.register(JournalEntry)
class JournalEntryAdmin(OfOrder):
    list_display = ("created_at", "of_order", "kind", "currency", "store")
    list_filter = ("kind", "store", "created_at")
    fields = ("id", *list_display, "postings", "command")


@admin.register(StatusChange)
class StatusChangeAdmin(OfOrder):
    list_display = ("at", "of_order", "kind", "from_status", "to_status", "terminal", "reason", "store")
    list_filter = ("kind", "to_status", "store", "at")
    fields = (*list_display, "command")
