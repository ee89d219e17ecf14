"""The pools of invoice numbers, and their refills."""

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from kombu.exceptions import OperationalError
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from base.admin.reach import reach_of
from base.admin.window import Window, identifier, words
from base.causes import why
from base.sql import clock
from orders.commands.core.outcomes import REPAIR_REASON_LENGTH_MAX
from orders.invoicing.db.refill import wanted
from orders.invoicing.models import InvoiceCounter, InvoiceEpoch, InvoicePool, InvoiceRefill

REFILL_TASK = "upkeep.refill_invoice_pool"
REFILL_EXPIRES_S = 60


class RefillForm(BaseDialogForm):
    reason = forms.CharField(max_length=REPAIR_REASON_LENGTH_MAX, widget=UnfoldAdminTextInputWidget())


@admin.register(InvoicePool)
class InvoicePoolAdmin(Window):
    list_display = ("store", "posted", "free_expected", "taken", "sampled_at", "restored_at")
    list_select_related = ("store",)
    follows_by = "store_id"
    ordering = ("store__code",)
    sortable_by = None
    found_by = {words: ["store__code"]}
    fields = list_display

    @admin.display(description="taken a minute")
    def taken(self, pool: InvoicePool) -> str:
        return f"{pool.burn_per_minute:,.1f}"


@admin.register(InvoiceEpoch)
class InvoiceEpochAdmin(Window):
    """Another one stands here after a restore, once what receipts may bear was set aside."""

    list_display = ("id", "made_in", "timeline")
    ordering = ("id",)
    fields = readonly_fields = list_display


@admin.register(InvoiceCounter)
class InvoiceCounterAdmin(Window):
    list_display = ("store", "drawn")
    list_select_related = ("store",)
    follows_by = "store_id"
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
        return request.user.has_perm("orders.request_invoicerefill")

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
        by, reason = request.user.get_username(), form.cleaned_data["reason"]
        wanted(reach_of(request).shown, by=by, reason=reason, now=clock.now())
        try:
            current_app.send_task(REFILL_TASK, expires=REFILL_EXPIRES_S)
        except OperationalError as error:
            self.message_user(request, f"The broker does not take it: {why(error)}. Its schedule will.", messages.ERROR)
        else:
            self.message_user(request, "A worker was told. What came of it shows here in a moment.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_invoicerefill_changelist")})
