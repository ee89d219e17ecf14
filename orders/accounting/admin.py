"""Entries and accounts: written once, with the command that made them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from unfold.decorators import action, display

from base import written
from base.admin.column import amount_of
from base.admin.pane import Pane
from base.admin.window import Kept, link, words
from base.sql import clock
from orders.accounting.core import EntryState
from orders.accounting.db import retry_entries
from orders.accounting.models import Account, JournalEntry
from orders.commands.admin.days import EntryDay
from orders.commands.admin.repairs import RepairsPane
from orders.commands.admin.rows import AGAIN, OfOrder
from orders.commands.admin.why import AsksWhy

COLOURS = {EntryState.PARKED: "danger", EntryState.PENDING: "warning", EntryState.POSTED: "success"}


def as_postings(entry: JournalEntry, postings: Iterable[Sequence[Any]]) -> str:
    """A line for each: account, tax where it is about one, and amount."""
    told = ((_account(entry, account, *tax), amount_of(entry, minor)) for account, minor, *tax in postings)
    return format_html_join("", '<div class="whitespace-nowrap">{} {}</div>', told)


def _account(entry: JournalEntry, account: str, code: str = "", rate: str = "") -> str:
    return f"{account} {code} {written.percentage(rate, entry.store.locale)}" if code else account


class EntriesPane(Pane):
    """What accounting was told of what the page is about."""

    model = JournalEntry
    verbose_name_plural = "accounting"
    fields: tuple[str, ...] = ("created_at", "day", "posted", "page")
    ordering = ("id",)

    @admin.display(description="postings")
    def posted(self, entry: JournalEntry) -> str:
        return as_postings(entry, entry.postings)

    @admin.display(description="entry")
    def page(self, entry: JournalEntry) -> str:
        return link("orders_journalentry", entry.id, "entry")


@admin.register(JournalEntry)
class JournalEntryAdmin(OfOrder, AsksWhy):
    inlines = (RepairsPane,)
    list_display = (
        "created_at",
        "day",
        "of_order",
        "kind",
        "posted",
        "coloured_state",
        "accounting_reference",
        "posted_at",
        "last_error",
        "store",
    )
    list_filter = ("state", "kind", "store", EntryDay, "created_at")
    whole = {"state__exact": (EntryState.PENDING, EntryState.PARKED)}
    fields = ("id", *list_display, "currency", "told", "attempts", "next_attempt_at", "lease_until", "command")
    actions = ("retry_parked",)

    @display(description="state", label=COLOURS)
    def coloured_state(self, entry: JournalEntry) -> str:
        return entry.state

    @admin.display(description="postings")
    def posted(self, entry: JournalEntry) -> str:
        return as_postings(entry, entry.postings)

    @admin.display(description="sent")
    def told(self, entry: JournalEntry) -> str:
        return as_postings(entry, entry.sent or ())

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.retry_journalentry")

    @action(description="Send parked entries again", permissions=["retry"])
    def retry_parked(self, request: HttpRequest, queryset: QuerySet[JournalEntry]) -> HttpResponse | None:
        """What is not parked is left alone."""
        if not (reason := self.why(request)):
            parked = queryset.filter(state=EntryState.PARKED)
            told = [f"{one.kind} of {_what(one)}: {one.last_error}" for one in parked]
            return self.ask(request, AGAIN, told)
        ids = list(queryset.values_list("id", flat=True))
        self.tell(request, AGAIN, retry_entries(ids, by=request.user.get_username(), reason=reason, now=clock.now()))
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
