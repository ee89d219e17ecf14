"""Payments, entries and status changes: written once, with the command that made them. And the entries' accounts."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from inventory.admin.window import Kept, Window, identifier, link, whole_number, words
from orders.admin.days import EntryDay
from orders.admin.repairs import RepairsPane
from orders.admin.why import AsksWhy, Question
from orders.core.entries import EntryState
from orders.db.outbox import retry
from orders.models import Account, Authorization, JournalEntry, Payment, PaymentInstruction, StatusChange

Row = Payment | JournalEntry | StatusChange | Authorization | PaymentInstruction

AGAIN = Question(
    title="Send again?",
    says="Accounting is sent these again:",
    submit="Send again",
    done="pending again",
)


class OfOrder(Window):
    """Rows that belong to an order and were made by a command."""

    list_select_related: tuple[str, ...] = ("order", "store")
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"]}
    search_help_text = "Number or id of an order"

    @admin.display(description="order")
    def of_order(self, row: Row) -> str:
        return link("orders_order", row.order_id, row.order.number)

    @admin.display(description="command")
    def command(self, row: Row) -> str:
        return link("orders_command", row.command_id)


@admin.register(Payment)
class PaymentAdmin(OfOrder):
    list_display = ("created_at", "of_order", "kind", "method", "amount_minor", "tendered_minor", "reference", "store")
    list_filter = ("kind", "method", "store", "created_at")
    fields = ("id", *list_display, "authorization", "command")


@admin.register(JournalEntry)
class JournalEntryAdmin(OfOrder, AsksWhy):
    inlines = (RepairsPane,)
    list_display = (
        "created_at",
        "day",
        "of_order",
        "kind",
        "currency",
        "state",
        "accounting_reference",
        "posted_at",
        "attempts",
        "next_attempt_at",
        "last_error",
        "store",
    )
    list_filter = ("state", "kind", "store", EntryDay, "created_at")
    whole = {"state__exact": (EntryState.PENDING, EntryState.PARKED)}
    fields = ("id", *list_display, "postings", "sent", "lease_until", "command")
    actions = ("retry_parked",)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_journalentry")

    @action(description="Send parked entries again", permissions=["retry"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[JournalEntry]) -> HttpResponse | None:
        """What is not parked is left alone."""
        if not (reason := self.why(request)):
            parked = queryset.filter(state=EntryState.PARKED)
            told = [f"{one.kind} of order {one.order.number}: {one.last_error}" for one in parked]
            return self.ask(request, AGAIN, told)
        ids = list(queryset.values_list("id", flat=True))
        self.tell(request, AGAIN, retry(ids, by=request.user.get_username(), reason=reason, now=timezone.now()))
        return None


@admin.register(Account)
class AccountAdmin(Kept):
    """Settings: from the next entry on. What was sent once is repeated as it was."""

    list_display = ("store", "name", "account")
    list_select_related = ("store",)
    list_filter = ("store",)
    ordering = ("store", "name")
    sortable_by = None
    found_by = {words: ["account", "name"]}


@admin.register(StatusChange)
class StatusChangeAdmin(OfOrder):
    list_display = ("at", "of_order", "kind", "from_status", "to_status", "terminal", "reason", "store")
    list_filter = ("kind", "to_status", "store", "at")
    fields = (*list_display, "command")
