"""The journal. What waits for an operator comes first, and is taken up again or given up by the API's own verbs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from unfold.decorators import action, display

from base.admin.newest import newest
from base.admin.window import LOOKS_BACK, identifier, link, words
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.why import Question
from orders.commands.core.outcomes import CommandState
from orders.journal.admin.causes import CauseFilter
from orders.journal.admin.found import PENDING, keyed, of_order
from orders.journal.admin.masked import as_page
from orders.journal.admin.on_its_page import RepairedOnItsPage
from orders.journal.admin.parked import parked
from orders.journal.admin.story import story_of_command
from orders.journal.db.repair import Repaired, dismiss, retry
from orders.journal.models import Command
from orders.journal.repair import repair
from orders.sales.admin.found import order_found_by
from orders.terminals.models import Terminal

PARKED = Q(state=CommandState.PARKED)
AWAITING = Q(state=CommandState.AWAITING)

STATES = {
    "parked": ("Parked", PARKED),
    "pending": ("Pending", PENDING),
    "awaiting": ("Awaiting", AWAITING),
    "rejected": ("Rejected", Q(state=CommandState.REJECTED)),
    "succeeded": ("Succeeded", Q(state=CommandState.SUCCEEDED)),
    "dismissed": ("Dismissed", Q(state=CommandState.DISMISSED)),
    "all": ("All", Q()),
}
OPEN = PARKED | AWAITING | PENDING
PARKED_FIRST = Case(When(state=CommandState.PARKED, then=Value(0)), default=Value(1)).asc()
COLOURS = {"parked": "danger", "awaiting": "warning", "pending": "warning", "succeeded": "success", "rejected": "info"}

RETRY = Question(
    title="Retry?",
    says="These run again, and then what waits behind them:",
    submit="Retry",
    done="pending again",
)
DISMISS = Question(
    title="Dismiss for good?",
    says="These will never take effect, and their tills are told so:",
    submit="Dismiss",
    done="dismissed",
)


def searched(request: HttpRequest) -> str:
    """What somebody looks for on the list."""
    return request.GET.get("q", "").strip()


class StateFilter(admin.SimpleListFilter):
    """Without a choice: what is open, or all for who looks for something."""

    title = "state"
    parameter_name = "is"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        return [(state, title) for state, (title, _) in STATES.items()]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Open"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Command]) -> QuerySet[Command]:
        _, condition = STATES.get(self.value() or "", ("", Q() if searched(request) else OPEN))
        return queryset.filter(condition)


@admin.register(Command)
class CommandAdmin(RepairedOnItsPage):
    inlines = (RepairsPane,)
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
    list_filter = (StateFilter, CauseFilter, "kind", "outcome_code", "store", "accepted_at")
    whole = {StateFilter.parameter_name: (None, "parked", "pending", "awaiting")}
    found_by = {identifier: ["id"], words: ["key"]}
    search_help_text = (
        "Id of a command or an order, number or invoice number of an order, name of a terminal, or key (one of digits "
        "only in quotes)"
    )
    actions = ("retry_parked", "dismiss_parked")
    fields = (
        "id",
        "kind",
        "state",
        "order_number",
        "story",
        "sent",
        "outcome_code",
        "answer",
        "told",
        "last_error",
        "attempts",
        "worker",
        "waited_ms",
        "blocker",
        "accepted_at",
        "settled_at",
        "dismissed_by",
        "ring_at",
        "issued_by",
        "key",
        "seq",
        "store",
    )

    @display(description="Story")
    def story(self, command: Command) -> str:
        return story_of_command(command)

    @display(description="Payload")
    def sent(self, command: Command) -> str:
        return as_page(command, command.payload)

    @display(description="Outcome")
    def answer(self, command: Command) -> str:
        return as_page(command, command.outcome)

    @display(description="Result")
    def told(self, command: Command) -> str:
        return as_page(command, command.result)

    def get_ordering(self, request: HttpRequest) -> list[str | OrderBy]:
        """What is open: parked first, the oldest first. With a choice or a search: the newest first."""
        chosen = StateFilter.parameter_name in request.GET or searched(request)
        return ["-id"] if chosen else [PARKED_FIRST, "seq"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Command]:
        """The list does without what only a command's own page shows: it may be long."""
        commands: QuerySet[Command] = super().get_queryset(request)
        return commands.defer("payload", "outcome", "result")

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """What is found at once, by an index; of a terminal, what is among the newest."""
        if order_id := order_found_by(term):
            return rows.filter(of_order(order_id))
        if named := list(Terminal.objects.filter(name=words(term)).values_list("id", flat=True)):
            recent = newest(Command, rows, field="id", count=LOOKS_BACK)
            return recent.filter(terminal__in=named)
        with suppress(ValueError):
            if (found := rows.filter(id=identifier(term))).exists():
                return found
        return rows.filter(id__in=keyed(words(term)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Who finds nothing in one state is shown the way to all of them."""
        page: HttpResponse = super().changelist_view(request, extra_context)
        state, rows = request.GET.get(StateFilter.parameter_name), getattr(page, "context_data", {}).get("cl")
        if searched(request) and state not in (None, "all") and rows and not rows.result_list:
            query = QueryDict(mutable=True)
            query.update({"q": searched(request), StateFilter.parameter_name: "all"})
            address = f"{reverse('admin:orders_command_changelist')}?{query.urlencode()}"
            told = format_html('Nothing among the {} ones. <a href="{}">Look in all states</a>', state, address)
            self.message_user(request, told, messages.INFO)
        return page

    def has_repair_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.repair_command")

    @action(description="Retry parked commands", permissions=["repair"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[Command]) -> HttpResponse | None:
        return self._repair(request, queryset, retry, RETRY)

    @action(description="Dismiss parked commands for good", permissions=["repair"])
    def dismiss_parked(self, request: HttpRequest, queryset: QuerySet[Command]) -> HttpResponse | None:
        return self._repair(request, queryset, dismiss, DISMISS)

    def _repair(
        self, request: HttpRequest, queryset: QuerySet[Command], act: Callable[..., Repaired | None], question: Question
    ) -> HttpResponse | None:
        """As for a terminal: what is not parked is left alone."""
        # Looked up before anything changes: what is repaired may not be in this list any more.
        chosen = list(queryset.select_related("order", "store").order_by("seq"))
        if not (reason := self.why(request)):
            return self.ask(request, question, parked(chosen))
        act = partial(act, by=request.user.get_username(), reason=reason)
        repaired = repair(act, [(command.store_id, command.id) for command in chosen])
        self.tell(request, question, len(repaired))
        return None

    @display(description="state", label=COLOURS)
    def coloured_state(self, command: Command) -> str:
        return command.state

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
