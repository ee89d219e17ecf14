"""The pools of invoice numbers, their numbers, their refills and the voids that accounting is told of."""

from typing import Any

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from base.admin.window import Window, identifier, link, whole_number, words
from base.http.table import CONTENT_TYPE
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.why import AsksWhy, Question
from orders.commands.core.outcomes import REPAIR_REASON_LENGTH_MAX
from orders.invoicing.core.numbers import NumberState
from orders.invoicing.db.reads import invoice_pools
from orders.invoicing.db.refill import wanted
from orders.invoicing.db.void import void
from orders.invoicing.db.void_notices import retry_notices
from orders.invoicing.models import InvoiceCounter, InvoiceNumber, InvoicePool, InvoiceRefill, VoidNotice
from orders.invoicing.report import FILE_NAME, report

REFILL_TASK = "upkeep.refill_invoice_pool"
REFILL_EXPIRES_S = 60

# Column of the table above the numbers -> name of the figure.
FIGURES = {
    "store": "store",
    "free": "free",
    "assigned": "assigned",
    "posted": "posted",
    "void": "void",
    "low mark": "low",
    "target": "target",
    "taken a minute": "burn_per_minute",
    "minutes to empty": "minutes_to_empty",
    "sales without one": "sales_waiting",
    "entries not posted": "entries_pending",
    "entries parked": "entries_parked",
}


class VoidForm(BaseDialogForm):
    reason = forms.CharField(max_length=255, widget=UnfoldAdminTextInputWidget())


class RefillForm(BaseDialogForm):
    reason = forms.CharField(max_length=REPAIR_REASON_LENGTH_MAX, widget=UnfoldAdminTextInputWidget())


@admin.register(InvoiceNumber)
class InvoiceNumberAdmin(Window):
    list_display = ("number", "state", "of_order", "fetched_at", "assigned_at", "posted_at", "void_reason", "store")
    list_select_related = ("order", "store")
    list_filter = ("state", "store")
    list_before_template = "admin/orders/invoicenumber/pool.html"
    whole = {"state__exact": (NumberState.FREE, NumberState.ASSIGNED, NumberState.VOID)}
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"], words: ["number"]}
    search_help_text = "Invoice number (one of digits only in quotes), or number or id of an order"
    fields = (*list_display, "voided_at", "voided_by", "refill", "command")
    actions_list = ("download_report",)
    actions_detail = ("void_number",)

    def has_void_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("orders.change_invoicenumber")

    @action(description="Report for the auditor (CSV)", permissions=["view"])
    def download_report(self, request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
        numbers = report(None)
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
        number = InvoiceNumber.objects.get(pk=object_id)
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
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "pool": figures()})
        return response

    @admin.display(description="order")
    def of_order(self, number: InvoiceNumber) -> str:
        return link("orders_order", number.order_id, number.order and number.order.number)

    @admin.display(description="command")
    def command(self, number: InvoiceNumber) -> str:
        return link("orders_command", number.command_id)


TELL_AGAIN = Question(
    title="Tell accounting again?",
    says="Accounting is told again that these numbers are void:",
    submit="Tell again",
    done="due again",
    needed="refused or unanswered",
)


@admin.register(VoidNotice)
class VoidNoticeAdmin(AsksWhy):
    inlines = (RepairsPane,)
    list_display = ("number", "told_at", "attempts", "next_attempt_at", "last_error", "store")
    list_select_related = ("number", "store")
    list_filter = ("store", ("told_at", admin.EmptyFieldListFilter))
    whole = {"told_at__isempty": ("1",)}
    follows_by = "number"
    ordering = ("-number",)
    found_by = {words: ["number__number"]}
    fields = list_display
    actions = ("retry_failed",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_voidnotice")

    @action(description="Tell accounting again what it did not take", permissions=["retry"])
    def retry_failed(self, request: HttpRequest, queryset: QuerySet[VoidNotice]) -> HttpResponse | None:
        """What it was told, or was not told yet, is left alone."""
        if not (reason := self.why(request)):
            failed = queryset.filter(told_at=None).exclude(last_error="")
            return self.ask(request, TELL_AGAIN, [f"{one.number}: {one.last_error}" for one in failed])
        ids = list(queryset.values_list("pk", flat=True))
        by, now = request.user.get_username(), timezone.now()
        self.tell(request, TELL_AGAIN, retry_notices(ids, by=by, reason=reason, now=now))
        return None


@admin.register(InvoicePool)
class InvoicePoolAdmin(Window):
    list_display = ("store", "posted", "free_expected", "burn_per_minute", "sampled_at")
    list_select_related = ("store",)
    ordering = ("store__code",)
    sortable_by = None
    found_by = {words: ["store__code"]}
    fields = list_display


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(Window):
    list_display = ("store", "drawn")
    list_select_related = ("store",)
    ordering = ("store__code",)
    sortable_by = None
    found_by = {words: ["store__code"]}
    fields = list_display


@admin.register(InvoiceRefill)
class InvoiceRefillAdmin(Window):
    list_display = (
        "requested_at",
        "store",
        "count",
        "fetched_at",
        "stored_at",
        "stored_count",
        "attempts",
        "next_attempt_at",
        "last_error",
    )
    list_select_related = ("store",)
    list_filter = ("store", ("stored_at", admin.EmptyFieldListFilter))
    whole = {"stored_at__isempty": ("1",)}
    ordering = ("-id",)
    found_by = {identifier: ["id"]}
    fields = ("id", *list_display, "lease_until", "answered")
    actions_list = ("refill_now",)

    def has_refill_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_invoicerefill")

    @action(
        description="Refill the pool now",
        permissions=["refill"],
        dialog={
            "title": "Refill the pool now?",
            "description": "Accounting is asked for numbers where a pool is below its low mark.",
            "form_class": RefillForm,
            "form_submit_text": "Refill",
        },
    )
    def refill_now(self, request: HttpRequest, form: RefillForm) -> HttpResponse:
        wanted(by=request.user.get_username(), reason=form.cleaned_data["reason"], now=timezone.now())
        try:
            current_app.send_task(REFILL_TASK, expires=REFILL_EXPIRES_S)
        except OperationalError as error:
            self.message_user(request, f"The broker does not take it: {error}. Its schedule will.", messages.ERROR)
        else:
            self.message_user(request, "A worker was told. What came of it shows here in a moment.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_invoicerefill_changelist")})


def figures() -> dict[str, list[Any]]:
    """A table for the page: each store's pool."""
    pools = invoice_pools(now=timezone.now())
    return {"headers": list(FIGURES), "rows": [[_figure(pool[name]) for name in FIGURES.values()] for pool in pools]}


def _figure(value: Any) -> Any:
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) else value
