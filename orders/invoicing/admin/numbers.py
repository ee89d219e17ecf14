"""The invoice numbers, with the figures of their pools."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from base.admin.reach import reach_of
from base.admin.window import Window, identifier, link, whole_number, words
from base.http.table import CONTENT_TYPE
from base.sql.scope import Scope
from orders.invoicing.core.numbers import NumberState
from orders.invoicing.db.reads import invoice_pools
from orders.invoicing.db.void import void
from orders.invoicing.models import InvoiceNumber
from orders.invoicing.report import FILE_NAME, report

# Column of the table above the numbers -> name of the figure.
FIGURES = {
    "store": "store",
    "free": "free",
    "set aside": "set_aside",
    "assigned": "assigned",
    "posted": "posted",
    "void": "void",
    "low mark": "low",
    "target": "target",
    "taken a minute": "burn_per_minute",
    "minutes to empty": "minutes_to_empty",
    "sales without one": "sales_waiting",
    "credit notes without one": "credit_notes_waiting",
    "entries not posted": "entries_pending",
    "entries parked": "entries_parked",
}


class VoidForm(BaseDialogForm):
    reason = forms.CharField(max_length=255, widget=UnfoldAdminTextInputWidget())


@admin.register(InvoiceNumber)
class InvoiceNumberAdmin(Window):
    list_display = (
        "number",
        "state",
        "of_order",
        "of_credit_note",
        "fetched_at",
        "assigned_at",
        "posted_at",
        "void_reason",
        "store",
    )
    list_select_related = ("order", "credit_note__order", "store")
    list_filter = ("state", "store")
    list_before_template = "admin/orders/invoicenumber/pool.html"
    whole = {"state__exact": (NumberState.FREE, NumberState.SET_ASIDE, NumberState.ASSIGNED, NumberState.VOID)}
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"], words: ["number"]}
    search_help_text = "Invoice number (one of digits only in quotes), or number or id of an order"
    fields = (*list_display, "voided_at", "voided_by", "refill", "command")
    actions_list = ("download_report",)
    actions_detail = ("void_number",)

    def has_void_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("orders.void_invoicenumber")

    @action(description="Report for the auditor (CSV)", permissions=["view"])
    def download_report(self, request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
        numbers = report(reach_of(request).shown)
        if numbers is None:
            self.message_user(request, "As many reports are being read as may be. Try again later.", messages.WARNING)
            return redirect("admin:orders_invoicenumber_changelist")
        headers = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
        return StreamingHttpResponse(numbers, content_type=CONTENT_TYPE, headers=headers)

    @action(
        description="Void",
        permissions=["void"],
        dialog={
            "title": "Void this number?",
            "description": "No sale gets it any more. Only a free number can be voided, and for good.",
            "form_class": VoidForm,
            "form_submit_text": "Void",
        },
    )
    def void_number(self, request: HttpRequest, form: VoidForm, object_id: str) -> HttpResponse:
        number = get_object_or_404(self.get_queryset(request), pk=object_id)
        is_void = void(
            store_id=number.store_id,
            number=number.number,
            reason=form.cleaned_data["reason"],
            voided_by=request.user.get_username(),
            now=timezone.now(),
        )
        if is_void:
            self.message_user(request, f"{number.number} is void.")
        else:
            self.message_user(request, f"{number.number} is not free, and stays what it is.", messages.WARNING)
        page = reverse("admin:orders_invoicenumber_change", args=[object_id])
        return HttpResponse(headers={"HX-Redirect": page})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the figures of each store's pool above the list."""
        pool = figures(reach_of(request).shown)
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "pool": pool})
        return response

    @admin.display(description="order")
    def of_order(self, number: InvoiceNumber) -> str:
        order = number.credit_note.order if number.credit_note else number.order
        return link("orders_order", order and order.id, order and order.number)

    @admin.display(description="credit note")
    def of_credit_note(self, number: InvoiceNumber) -> str:
        return link("orders_creditnote", number.credit_note_id, "credit note")

    @admin.display(description="command")
    def command(self, number: InvoiceNumber) -> str:
        return link("orders_command", number.command_id)


def figures(stores: Scope) -> dict[str, list[Any]]:
    """A table for the page: the pool of each of these stores."""
    pools = invoice_pools(stores, now=timezone.now())
    return {"headers": list(FIGURES), "rows": [[_figure(pool[name]) for name in FIGURES.values()] for pool in pools]}


def _figure(value: Any) -> Any:
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) else value
