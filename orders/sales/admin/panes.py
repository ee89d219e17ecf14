"""What belongs to an order, on its page."""

from django.contrib import admin

from base import written
from base.admin.column import amount_of
from base.admin.pane import Pane
from base.admin.window import link
from orders.accounting.admin import EntriesPane
from orders.commands.admin.rows import link_to_receipt
from orders.invoicing.admin.credit_notes import number_of
from orders.invoicing.models import CreditNote, InvoiceNumber
from orders.sales.models import OrderLine, StatusChange


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
        "tax_code",
        "rate",
        "tax_minor",
        "total",
        "shipped_quantity",
        "returned_quantity",
        "backordered_quantity",
        "cancelled_quantity",
        "tracks_stock",
    )

    @admin.display(description="tax rate")
    def rate(self, line: OrderLine) -> str:
        return "-" if line.tax_rate is None else written.percentage(str(line.tax_rate), line.store.locale)

    @admin.display(description="total")
    def total(self, line: OrderLine) -> str:
        return amount_of(line, line.net_minor + line.tax_minor)


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
    fields = ("page", "state", "assigned_at", "posted_at", "voided_at", "void_reason")

    @admin.display(description="number")
    def page(self, number: InvoiceNumber) -> str:
        return link("orders_invoicenumber", number.pk, number.number)


class CreditNotes(Pane):
    model = CreditNote
    verbose_name_plural = "credit notes"
    fields = ("created_at", "number", "day", "receipt", "command")
    ordering = ("created_at", "command_id")

    @admin.display(description="number")
    def number(self, note: CreditNote) -> str:
        return link("orders_creditnote", note.pk, number_of(note))

    @admin.display(description="paper")
    def receipt(self, note: CreditNote) -> str:
        return link_to_receipt(note.order_id, "credit note", command_id=note.command_id)

    @admin.display(description="command")
    def command(self, note: CreditNote) -> str:
        return link("orders_command", note.command_id)


class Entries(EntriesPane):
    fields = ("created_at", "day", "kind", "posted", "page")
