"""The journal. What waits for an operator comes first, and is taken up again or given up by the API's own verbs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timesince import timesince
from unfold.decorators import action, display

from inventory.admin.window import Window, identifier, link, whole_number, words
from orders.admin.masked import as_text
from orders.bell import announce
from orders.core.outcomes import CommandState
from orders.db.repair import dismiss, retry
from orders.dispatch import ring_bulk
from orders.models import Command, Order, StatusChange

UNAPPLIED = Q(state__in=[CommandState.REJECTED, CommandState.PARKED])
PARKED = Q(state=CommandState.PARKED, dismissed_at__isnull=True)
# Each part has the condition of a partial index, so that looking does not grow with history.
PENDING = Q(state=CommandState.PENDING, order__isnull=False) | Q(state=CommandState.PENDING, order__isnull=True)

STATES = {
    "parked": ("Parked", PARKED),
    "pending": ("Pending", PENDING),
    "rejected": ("Rejected", Q(state=CommandState.REJECTED)),
    "succeeded": ("Succeeded", Q(state=CommandState.SUCCEEDED)),
    "dismissed": ("Dismissed", Q(state=CommandState.PARKED, dismissed_at__isnull=False)),
    "all": ("All", Q()),
}
OPEN = PARKED | PENDING
COLOURS = {"parked": "danger", "pending": "warning", "succeeded": "success", "rejected": "info"}

Repair = Callable[[int, UUID], list[UUID] | None]


def of_order(order_id: UUID) -> Q:
    """All commands of an order, by indexes only: there is one for what is open, was refused or was given up; what was
    applied is in the order's history."""
    applied = list(StatusChange.objects.filter(order=order_id).values_list("command_id", flat=True))
    return Q(order=order_id) & (PENDING | UNAPPLIED | Q(id__in=applied))


def order_found_by(term: str) -> UUID | None:
    """The order that has this id or number."""
    for reader, field in ((identifier, "id"), (whole_number, "number")):
        with suppress(ValueError):
            return Order.objects.filter(**{field: reader(term)}).values_list("id", flat=True).first()
    return None


class StateFilter(admin.SimpleListFilter):
    """Without a choice: what is open."""

    title = "state"
    parameter_name = "is"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        return [(state, title) for state, (title, _) in STATES.items()]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Parked and pending"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Command]) -> QuerySet[Command]:
        _, condition = STATES.get(self.value() or "", ("", OPEN))
        return queryset.filter(condition)


@admin.register(Command)
class CommandAdmin(Window):
    list_display = (
        "id",
        "kind",
        "coloured_state",
        "outcome_code",
        "order_number",
        "issued_by",
        "attempts",
        "age",
        "error",
        "accepted_at",
        "store",
    )
    list_select_related = ("order", "store")
    list_filter = (StateFilter, "kind", "outcome_code", "store", "accepted_at")
    found_by = {identifier: ["id", "key"], words: ["key"]}
    search_help_text = "Id of a command or an order, number of an order, or key (one of digits only in quotes)"
    actions = ("retry_parked", "dismiss_parked")
    fields = (
        "id",
        "kind",
        "state",
        "order_number",
        "sent",
        "outcome_code",
        "outcome",
        "result",
        "last_error",
        "attempts",
        "blocker",
        "accepted_at",
        "settled_at",
        "dismissed_at",
        "ring_at",
        "issued_by",
        "key",
        "seq",
        "store",
    )

    @display(description="Payload")
    def sent(self, command: Command) -> str:
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', as_text(command.payload))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """What is open: parked first, the oldest first. With a choice: the newest first."""
        return ["-id"] if StateFilter.parameter_name in request.GET else ["state", "seq"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Command]:
        """The list does without what only a command's own page shows: it may be long."""
        commands: QuerySet[Command] = super().get_queryset(request)
        return commands.defer("payload", "outcome", "result")

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        order_id = order_found_by(term)
        return rows.filter(of_order(order_id)) if order_id else super().find(rows, term)

    def has_repair_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_command")

    @action(description="Retry parked commands", permissions=["repair"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[Command]) -> None:
        self._repair(request, queryset, retry, done="pending again")

    @action(description="Dismiss parked commands for good", permissions=["repair"])
    def dismiss_parked(self, request: HttpRequest, queryset: QuerySet[Command]) -> None:
        self._repair(request, queryset, dismiss, done="dismissed")

    def _repair(self, request: HttpRequest, queryset: QuerySet[Command], repair: Repair, *, done: str) -> None:
        """As for a terminal: what was not parked is left alone; whatever may run now is rung for, once."""
        repaired, freed = [], list[UUID]()
        for command in queryset.order_by("seq"):
            waiting = repair(command.store_id, command.id)
            if waiting is not None:
                repaired.append(command)
                freed += waiting
        self._ring(repaired, freed)
        left = queryset.count() - len(repaired)
        self.message_user(request, f"{len(repaired)} {done}.", messages.SUCCESS if repaired else messages.INFO)
        if left:
            self.message_user(request, f"{left} not parked, and left alone.", messages.WARNING)

    def _ring(self, repaired: list[Command], freed: list[UUID]) -> None:
        if repaired:
            ids = [command.id for command in repaired]
            of_orders = {command.order_id for command in repaired if command.order_id}
            of_stores = {command.store_id for command in repaired if command.order_id is None}
            ring_bulk(sorted(of_orders), sorted(of_stores), [*ids, *freed])
            announce(ids)

    @display(description="state", label=COLOURS)
    def coloured_state(self, command: Command) -> str:
        return "dismissed" if command.dismissed_at else command.state

    @admin.display(description="order", ordering="order__number")
    def order_number(self, command: Command) -> str:
        return link("orders_order", command.order_id, command.order and command.order.number)

    @admin.display(description="age")
    def age(self, command: Command) -> str:
        """How long it took to settle, or has taken so far."""
        return timesince(command.accepted_at, command.settled_at, depth=1)

    @admin.display(description="last error")
    def error(self, command: Command) -> str:
        first_line, *_ = command.last_error.splitlines() or [""]
        return first_line if len(first_line) <= 120 else f"{first_line[:119]}…"

    @admin.display(description="blocked by")
    def blocker(self, command: Command) -> str:
        return link("orders_command", command.blocked_by_id)
