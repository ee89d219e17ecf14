"""An order, on a page of its own."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from base import written
from base.admin.column import amount_of
from base.admin.tables import tables
from base.admin.window import Window, identifier, link, link_to_list, whole_number, words
from inventory.models import Store
from orders.commands.admin.days import OrderDay
from orders.sales.models import Order


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
        "invoice_number",
        "fulfilment",
        "customer_name",
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
    fields: tuple[str, ...] = (
        "number",
        "id",
        "status",
        "payment_status",
        "invoice",
        "buyer",
        "cashier",
        "of_terminal",
        "subtotal_minor",
        "discount_minor",
        "given",
        "exempted_minor",
        "tax_minor",
        "by_tax",
        "total_minor",
        "rounding_minor",
        "paid_minor",
        "refunded_minor",
        "currency",
        "fulfilment",
        "payment_terms",
        "invoice_pending",
        "reference",
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

    @admin.display(description="invoice")
    def invoice(self, order: Order) -> str:
        number = getattr(order, "invoice", None)
        return link("orders_invoicenumber", number and number.pk, number and number.number)

    @admin.display(description="customer")
    def customer_name(self, order: Order) -> str:
        return order.customer["name"] if order.customer else ""

    @admin.display(description="customer")
    def buyer(self, order: Order) -> str:
        """Each thing that is known on a line of its own."""
        known = order.customer or {}
        lines = [known[name] for name in ("name", "address", "tax_id", "email") if known.get(name)]
        each = ((line,) for text in lines for line in text.splitlines())
        return format_html_join("", "<div>{}</div>", each) or "-"

    @admin.display(description="terminal")
    def of_terminal(self, order: Order) -> str:
        return link("orders_terminal", order.terminal_id, order.created_by) if order.terminal_id else order.created_by

    @admin.display(description="given off the whole order")
    def given(self, order: Order) -> str:
        if order.own_discount_percent is not None:
            return written.percentage(str(order.own_discount_percent), order.store.locale)
        return "-" if order.own_discount_minor is None else amount_of(order, order.own_discount_minor)

    @admin.display(description="taxes")
    def by_tax(self, order: Order) -> str:
        rows = [
            [
                tax["name"],
                written.percentage(tax["rate"], order.store.locale),
                amount_of(order, tax["net_minor"]),
                amount_of(order, tax["tax_minor"]),
            ]
            for tax in order.taxes
        ]
        return tables(("", ["tax", "rate", "net", "tax on it"], rows)) or "-"
