"""An order with all that belongs to it on one page."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from base.admin.window import Pane, Window, identifier, link, link_to_list, whole_number, words
from inventory.models import Store
from orders.accounting.admin import as_postings
from orders.accounting.models import JournalEntry
from orders.commands.admin.days import OrderDay
from orders.commands.admin.rows import OfOrder
from orders.invoicing.models import CreditNote, InvoiceNumber
from orders.payments.models import Payment
from orders.sales.models import Order, OrderLine, StatusChange


class Lines(Pane):
    model = OrderLine
    fields = (
        "position",
        "sku",
        "name",
        "quantity",
        "unit_price_minor",
        "amount_minor",
        "discount_minor",
        "tax_minor",
        "shipped_quantity",
        "returned_quantity",
        "backordered_quantity",
        "cancelled_quantity",
        "tracks_stock",
    )


class Payments(Pane):
    model = Payment
    fields = ("created_at", "kind", "method", "amount_minor", "tendered_minor", "reference")
    ordering = ("id",)


class History(Pane):
    model = StatusChange
    verbose_name_plural = "history"
    fields = ("at", "kind", "from_status", "to_status", "terminal", "reason", "command")
    ordering = ("id",)

    @admin.display(description="command")
    def command(self, change: StatusChange) -> str:
        return link("orders_command", change.command_id)


class Invoice(Pane):
    model = InvoiceNumber
    verbose_name_plural = "invoice"
    fields = ("number", "state", "assigned_at", "posted_at", "voided_at", "void_reason")


class CreditNotes(Pane):
    model = CreditNote
    verbose_name_plural = "credit notes"
    fields = ("created_at", "number", "day", "command")
    ordering = ("created_at", "command_id")

    @admin.display(description="number")
    def number(self, note: CreditNote) -> str:
        return "follows" if note.pending else ", ".join(one.number for one in note.numbers.all())

    @admin.display(description="command")
    def command(self, note: CreditNote) -> str:
        return link("orders_command", note.command_id)


class Entries(Pane):
    model = JournalEntry
    verbose_name_plural = "accounting"
    fields = ("created_at", "day", "kind", "posted")
    ordering = ("id",)

    @admin.display(description="postings")
    def posted(self, entry: JournalEntry) -> str:
        return as_postings(entry, entry.postings)


class Archived(admin.SimpleListFilter):
    title = "archived"
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        return [("no", "No"), ("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        match self.value():
            case "no" | "yes" as archived:
                return queryset.filter(archived_at__isnull=archived == "no")
        return queryset


class OrderAdmin(Window):
    """An order without its commands: orders.journal.admin.orders shows them too, and is what is registered."""

    list_display = (
        "number",
        "status",
        "payment_status",
        "total_minor",
        "paid_minor",
        "refunded_minor",
        "currency",
        "invoice_number",
        "fulfilment",
        "created_by",
        "created_at",
        "business_day",
        "store",
    )
    list_select_related = ("invoice", "store")
    list_filter = (
        "status",
        "payment_status",
        "fulfilment",
        "invoice_pending",
        Archived,
        "store",
        OrderDay,
        "created_at",
    )
    whole = {"invoice_pending__exact": ("1",)}
    follows_by = "number"
    ordering = ("-number",)
    found_by = {identifier: ["id"], whole_number: ["number"], words: ["invoice__number"]}
    search_help_text = "Id, number, number of the invoice or a credit note, or reference (one of digits only in quotes)"
    inlines: Sequence[type[Pane]] = (Lines, Payments, History, Invoice, CreditNotes, Entries)
    fields = (
        "number",
        "id",
        "status",
        "payment_status",
        "subtotal_minor",
        "discount_minor",
        "tax_minor",
        "total_minor",
        "paid_minor",
        "refunded_minor",
        "currency",
        "fulfilment",
        "payment_terms",
        "invoice_pending",
        "reference",
        "created_by",
        "store",
        "created_at",
        "sold_at",
        "paid_at",
        "business_day",
        "hold_expired_at",
        "hold_extended_at",
        "backordered_at",
        "awaits_until",
        "archived_at",
        "restored_at",
        "stock",
    )

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Either has its index, both in one question have none."""
        stores = list(Store.objects.all())
        found = super().find(rows, term)
        referred = rows.filter(store__in=stores, reference=words(term))
        credited = rows.filter(credit_notes__numbers__store__in=stores, credit_notes__numbers__number=words(term))
        return next((one for one in (found, referred) if one.exists()), credited)

    @admin.display(description="invoice")
    def invoice_number(self, order: Order) -> str:
        if hasattr(order, "invoice"):
            return order.invoice.number
        return "follows" if order.invoice_pending else ""

    @admin.display(description="stock")
    def stock(self, order: Order) -> str:
        return link_to_list("inventory_stockmovement", order.id, "movements of this order")


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


def order_found_by(term: str) -> UUID | None:
    """The order that has this id or number, or that of its invoice or a credit note."""
    is_used = Q(order__isnull=False) | Q(credit_note__isnull=False)
    if number := InvoiceNumber.objects.filter(is_used, number=words(term)).first():
        return number.credit_note.order_id if number.credit_note else number.order_id
    for reader, field in ((identifier, "id"), (whole_number, "number")):
        with suppress(ValueError):
            return Order.objects.filter(**{field: reader(term)}).values_list("id", flat=True).first()
    return None
