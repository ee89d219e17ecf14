"""The credit notes."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from base.admin.window import Window, identifier, link, whole_number
from orders.invoicing.models import CreditNote


@admin.register(CreditNote)
class CreditNoteAdmin(Window):
    list_display = ("created_at", "number", "of_order", "day", "pending", "command", "store")
    list_select_related = ("order", "store")
    list_filter = ("pending", "store")
    whole = {"pending__exact": ("1",)}
    follows_by = "command_id"
    ordering = ("-command_id",)
    found_by = {identifier: ["command_id", "order_id"], whole_number: ["order__number"]}
    search_help_text = "Id of a command, or number or id of an order"
    fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNote]:
        found: QuerySet[CreditNote] = super().get_queryset(request)
        return found.prefetch_related("numbers")

    @admin.display(description="number")
    def number(self, note: CreditNote) -> str:
        return "follows" if note.pending else ", ".join(one.number for one in note.numbers.all())

    @admin.display(description="order")
    def of_order(self, note: CreditNote) -> str:
        return link("orders_order", note.order_id, note.order.number)

    @admin.display(description="command")
    def command(self, note: CreditNote) -> str:
        return link("orders_command", note.command_id)
