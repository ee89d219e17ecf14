"""The credit notes."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest

from base.admin.column import amount_of
from base.admin.window import Window, identifier, link, whole_number
from orders.commands.admin.rows import link_to_receipt
from orders.commands.core.tenders import PaymentKind
from orders.invoicing.models import CreditNote
from orders.payments.models import Payment

REFUNDED = (
    Payment.objects.filter(order=OuterRef("order"), command_id=OuterRef("command_id"), kind=PaymentKind.REFUND)
    .values("order")
    .annotate(minor=Sum("amount_minor"))
    .values("minor")
)


def number_of(note: CreditNote) -> str:
    return "follows" if note.pending else ", ".join(one.number for one in note.numbers.all())


@admin.register(CreditNote)
class CreditNoteAdmin(Window):
    list_display = ("created_at", "number", "of_order", "day", "given_back", "pending", "command", "store")
    list_select_related = ("order", "store")
    list_filter = ("pending", "store")
    whole = {"pending__exact": ("1",)}
    follows_by = "command_id"
    ordering = ("-command_id",)
    found_by = {identifier: ["command_id", "order_id"], whole_number: ["order__number"]}
    search_help_text = "Id of a command, or number or id of an order"
    fields = ("of_number", "pending", "of_order", "created_at", "day", "given_back", "receipt", "command", "store")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNote]:
        found: QuerySet[CreditNote] = super().get_queryset(request)
        return found.annotate(refunded=Subquery(REFUNDED)).prefetch_related("numbers")

    @admin.display(description="number")
    def number(self, note: CreditNote) -> str:
        return number_of(note)

    @admin.display(description="given back")
    def given_back(self, note: Any) -> str:
        return amount_of(note, note.refunded or 0)

    @admin.display(description="number")
    def of_number(self, note: CreditNote) -> str:
        number = note.numbers.first()
        return link("orders_invoicenumber", number and number.pk, number and number.number)

    @admin.display(description="paper")
    def receipt(self, note: CreditNote) -> str:
        return link_to_receipt(note.order_id, "credit note", command_id=note.command_id)

    @admin.display(description="order")
    def of_order(self, note: CreditNote) -> str:
        return link("orders_order", note.order_id, note.order.number)

    @admin.display(description="command")
    def command(self, note: CreditNote) -> str:
        return link("orders_command", note.command_id)
