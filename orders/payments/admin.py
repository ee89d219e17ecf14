"""What payment providers were asked, and what they have still to do. Whose card it was is not shown."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from base.sql import clock
from orders.commands.admin.days import MoneyDay
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.rows import OfOrder
from orders.commands.admin.why import AsksWhy, Question
from orders.commands.core.authorization import AuthorizationState
from orders.payments.core.instructions import InstructionState
from orders.payments.db.instructions import retry_instructions
from orders.payments.models import Authorization, PaymentInstruction
from orders.payments.registry import provider_names

AGAIN = Question(
    title="Tell again?",
    says="Their providers are told these again:",
    submit="Tell again",
    done="pending again",
)


class ProviderFilter(admin.SimpleListFilter):
    """Those that the shop has: what was ever asked would have to be read through for their names."""

    title = "provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        return [(name, name) for name in sorted(provider_names())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Authorization]) -> QuerySet[Authorization]:
        return queryset.filter(provider=self.value()) if self.value() else queryset


@admin.register(Authorization)
class AuthorizationAdmin(OfOrder):
    whole = {"state__exact": (AuthorizationState.REQUESTED,)}
    list_display = (
        "requested_at",
        "of_order",
        "provider",
        "amount_minor",
        "currency",
        "state",
        "reference",
        "detail",
        "attempts",
        "next_attempt_at",
        "last_error",
        "store",
    )
    list_filter = ("state", ProviderFilter, "store", "requested_at")
    fields = ("id", *list_display, "position", "answered_at", "lease_until", "command")


@admin.register(PaymentInstruction)
class PaymentInstructionAdmin(OfOrder, AsksWhy):
    inlines = (RepairsPane,)
    list_select_related = ("order", "store", "authorization")
    list_display = (
        "created_at",
        "of_order",
        "kind",
        "amount_minor",
        "provider",
        "state",
        "reference",
        "done_at",
        "next_attempt_at",
        "last_error",
        "store",
    )
    list_filter = ("state", "kind", "store", "created_at")
    whole = {"state__exact": (InstructionState.PENDING, InstructionState.PARKED)}
    fields = ("id", *list_display, "attempts", "authorization", "lease_until", "command")
    actions = ("retry_parked",)

    @admin.display(description="provider")
    def provider(self, row: PaymentInstruction) -> str:
        return row.authorization.provider

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.retry_paymentinstruction")

    @action(description="Tell the provider parked instructions again", permissions=["retry"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[PaymentInstruction]) -> HttpResponse | None:
        """What is not parked is left alone."""
        if not (reason := self.why(request)):
            parked = queryset.filter(state=InstructionState.PARKED)
            told = [f"{one.kind} of order {one.order.number}: {one.last_error}" for one in parked]
            return self.ask(request, AGAIN, told)
        ids = list(queryset.values_list("id", flat=True))
        self.tell(
            request, AGAIN, retry_instructions(ids, by=request.user.get_username(), reason=reason, now=clock.now())
        )
        return None


class PaymentAdmin(OfOrder):
    """A payment without its command: orders.journal.admin.payments shows that too, and is what is registered."""

    list_filter = ("kind", "method", "store", "store__currency", MoneyDay, "created_at")
