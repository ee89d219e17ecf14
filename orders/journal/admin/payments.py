"""Payments, with what their commands tell of them: who stood at which till, and in which closing they are."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from base.admin.column import amount_of
from base.admin.pane import Pane
from base.admin.window import link
from orders.commands.admin.rows import link_to_receipt
from orders.journal.models import Command
from orders.payments.admin import PaymentAdmin
from orders.payments.models import Payment

COLUMNS = (
    "kind",
    "method",
    "amount_minor",
    "tendered_minor",
    "change",
    "reference",
    "cashier",
    "terminal",
    "closing",
)
"""Of a payment, beside its order and in the list of all."""

_TOLD = JSONObject(
    cashier="payload__cashier",
    issued_by="issued_by",
    terminal="terminal_id",
    closing="closing_id",
    number="closing__number",
)


def with_commands(payments: QuerySet[Payment]) -> QuerySet[Any]:
    told = Command.objects.filter(id=OuterRef("command_id")).values(told=_TOLD)
    return payments.annotate(told=Subquery(told))


class Told:
    """Columns of a payment whose command's part is read with it."""

    @admin.display(description="change")
    def change(self, payment: Any) -> str:
        return amount_of(payment, payment.tendered_minor - payment.amount_minor)

    @admin.display(description="cashier")
    def cashier(self, payment: Any) -> str:
        return payment.told["cashier"] or ""

    @admin.display(description="terminal")
    def terminal(self, payment: Any) -> str:
        return link("orders_terminal", payment.told["terminal"], payment.told["issued_by"])

    @admin.display(description="closing")
    def closing(self, payment: Any) -> str:
        return link("orders_closing", payment.told["closing"], payment.told["number"])

    @admin.display(description="reverses")
    def of_payment(self, payment: Any) -> str:
        return link("orders_payment", payment.reverses_id, "payment")

    @admin.display(description="paper")
    def receipt(self, payment: Any) -> str:
        return link_to_receipt(payment.order_id, "receipt", command_id=payment.command_id)


class Payments(Told, Pane):
    model = Payment
    fields = ("created_at", *COLUMNS, "receipt", "page")
    ordering = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_commands(super().get_queryset(request))

    @admin.display(description="payment")
    def page(self, payment: Payment) -> str:
        return link("orders_payment", payment.id, "payment")


@admin.register(Payment)
class PaymentWithCommand(Told, PaymentAdmin):
    list_display = ("created_at", "of_order", *COLUMNS, "store")
    fields = ("id", *list_display, "of_payment", "authorization", "receipt", "command")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_commands(super().get_queryset(request))
