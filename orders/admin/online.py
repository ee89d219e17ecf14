"""What payment providers were asked, and what they have still to do. Whose card it was is not shown."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action

from orders.admin.money import OfOrder
from orders.core.authorization import AuthorizationState
from orders.core.instructions import InstructionState
from orders.db.instructions import retry
from orders.models import Authorization, PaymentInstruction
from orders.payments.registry import provider_names


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
class PaymentInstructionAdmin(OfOrder):
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
        "attempts",
        "next_attempt_at",
        "last_error",
        "store",
    )
    list_filter = ("state", "kind", "store", "created_at")
    whole = {"state__exact": (InstructionState.PENDING, InstructionState.PARKED)}
    fields = ("id", *list_display, "authorization", "lease_until", "command")
    actions = ("retry_parked",)

    @admin.display(description="provider")
    def provider(self, row: PaymentInstruction) -> str:
        return row.authorization.provider

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_paymentinstruction")

    @action(description="Tell the provider parked instructions again", permissions=["retry"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[PaymentInstruction]) -> None:
        """What is not parked is left alone."""
        again = retry(list(queryset.values_list("id", flat=True)), now=timezone.now())
        self.message_user(request, f"{again} pending again.", messages.SUCCESS if again else messages.INFO)
