"""The pool of invoice numbers and its refills."""

from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from kombu.exceptions import OperationalError
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from inventory.admin.window import Window, identifier, link, whole_number, words
from orders.core.numbers import NumberState
from orders.db.reads_pools import pools
from orders.models import InvoiceNumber, InvoiceRefill

REFILL_TASK = "upkeep.refill_invoice_pool"
REFILL_EXPIRES_S = 60


@admin.register(InvoiceNumber)
class InvoiceNumberAdmin(Window):
    list_display = ("number", "state", "of_order", "fetched_at", "assigned_at", "posted_at", "void_reason", "store")
    list_select_related = ("order", "store")
    list_filter = ("state", "store")
    list_before_template = "admin/orders/invoicenumber/pool.html"
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"], words: ["number"]}
    search_help_text = "Invoice number (one of digits only in quotes), or number or id of an order"
    fields = (*list_display, "voided_at", "refill", "command")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the figures of each store's pool above the list."""
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "pool": figures()})
        return response

    @admin.display(description="order")
    def of_order(self, number: InvoiceNumber) -> str:
        return link("orders_order", number.order_id, number.order and number.order.number)

    @admin.display(description="command")
    def command(self, number: InvoiceNumber) -> str:
        return link("orders_command", number.command_id)


@admin.register(InvoiceRefill)
class InvoiceRefillAdmin(Window):
    list_display = ("requested_at", "store", "count", "stored_at", "attempts", "next_attempt_at", "last_error")
    list_select_related = ("store",)
    list_filter = ("store", ("stored_at", admin.EmptyFieldListFilter))
    ordering = ("-requested_at",)
    found_by = {identifier: ["id"]}
    fields = ("id", *list_display, "lease_until")
    actions_list = ("refill_now",)

    def has_refill_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_invoicerefill")

    @action(
        description="Refill the pool now",
        permissions=["refill"],
        dialog={
            "title": "Refill the pool now?",
            "description": "Accounting is asked for numbers where a pool is below its low mark.",
            "form_class": None,
            "form_submit_text": "Refill",
        },
    )
    def refill_now(self, request: HttpRequest, form: BaseDialogForm) -> HttpResponse:
        try:
            current_app.send_task(REFILL_TASK, expires=REFILL_EXPIRES_S)
        except OperationalError as error:
            self.message_user(request, f"The broker does not take it: {error}. Its schedule will.", messages.ERROR)
        else:
            self.message_user(request, "A worker was told. What came of it shows here in a moment.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_invoicerefill_changelist")})


def figures() -> dict[str, list[Any]]:
    """A table for the page: each store's numbers by state, and the low mark they are measured by."""
    rows = [[*pool.values(), settings.INVOICE_POOL_LOW] for pool in pools()]
    return {"headers": ["store", *NumberState, "sales without one", "low mark"], "rows": rows}
