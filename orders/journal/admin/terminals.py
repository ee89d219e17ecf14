"""Terminals, each with what it sold and what is missing of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from base.admin.column import instant_of
from base.admin.window import link_to
from orders.journal.db.reads.standing import RUNS_MAX, SALES_MAX, Standing, standing
from orders.terminals.admin import TerminalAdmin
from orders.terminals.models import Terminal

KEPT_AS = "_standing"
COLUMNS = ("last_sale", "sales_today", "missing", "pending", "parked")


@admin.register(Terminal)
class TerminalWithSales(TerminalAdmin):
    list_display = (*TerminalAdmin.list_display[:3], *COLUMNS, *TerminalAdmin.list_display[3:])
    fields = (*TerminalAdmin.fields[:3], *COLUMNS, *TerminalAdmin.fields[3:])

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One statement for the terminals of a page."""
        rows = super().get_changelist_instance(request)
        found = standing([terminal.pk for terminal in rows.result_list])
        for terminal in rows.result_list:
            vars(terminal)[KEPT_AS] = found[terminal.pk]
        return rows

    @admin.display(description="last sale")
    def last_sale(self, terminal: Terminal) -> str:
        at = _of(terminal).last_sale_at
        return instant_of(terminal, at) if at else "-"

    @admin.display(description="sales today")
    def sales_today(self, terminal: Terminal) -> str:
        sales = _of(terminal).sales_today
        return f"{sales:,} or more" if sales >= SALES_MAX else f"{sales:,}"

    @admin.display(description="missing numbers")
    def missing(self, terminal: Terminal) -> str:
        """What it sent and never arrived, by its own count."""
        runs = _of(terminal).missing
        told = [str(first) if first == last else f"{first}-{last}" for first, last in runs[-RUNS_MAX:]]
        shown = ", ".join(["…"] * (len(runs) > RUNS_MAX) + told)
        return render_to_string("unfold/helpers/label.html", {"text": shown, "type": "danger"}) if runs else ""

    @admin.display(description="pending")
    def pending(self, terminal: Terminal) -> str:
        return _commands(terminal, "pending", _of(terminal).pending)

    @admin.display(description="parked")
    def parked(self, terminal: Terminal) -> str:
        return _commands(terminal, "parked", _of(terminal).parked)


def _of(terminal: Terminal) -> Standing:
    kept = vars(terminal)
    if KEPT_AS not in kept:
        kept[KEPT_AS] = standing([terminal.pk])[terminal.pk]
    found: Standing = kept[KEPT_AS]
    return found


def _commands(terminal: Terminal, state: str, count: int) -> str:
    query = {"q": terminal.name, "is": state, "store__id__exact": terminal.store_id}
    page = reverse("admin:orders_command_changelist")
    return link_to(f"{page}?{urlencode(query)}", f"{count:,}") if count else "0"
