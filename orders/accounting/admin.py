"""Entries and accounts: written once, with the command that made them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from base.admin.window import Kept, words
from orders.accounting.core import EntryState
from orders.accounting.db import retry_entries
from orders.accounting.models import Account, JournalEntry
from orders.commands.admin.days import EntryDay
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.rows import AGAIN, OfOrder
from orders.commands.admin.why import AsksWhy


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
            told = [f"{one.kind} of {_what(one)}: {one.last_error}" for one in parked]
            return self.ask(request, AGAIN, told)
        ids = list(queryset.values_list("id", flat=True))
        self.tell(request, AGAIN, retry_entries(ids, by=request.user.get_username(), reason=reason, now=timezone.now()))
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


def _what(entry: JournalEntry) -> str:
    return f"order {entry.order.number}" if entry.order else f"drawer {entry.closing}"
