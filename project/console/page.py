"""The console: the admin's first page, which renews itself."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from base.admin.reach import reach_of
from base.admin.seen import may_add, may_see
from base.sql.sets import COUNTED_MAX
from inventory.db.reads.reports import open_reports
from orders.journal.db.reads.lately import delays, retried
from orders.journal.db.reads.taken import Taken, taken_today
from project.console import charts, figures, places
from project.console.checks import checks, zone_of
from project.console.figures import Figure, Row
from project.console.first import link_of, may_see_stores, seen_by
from project.console.look import look
from project.console.sentences import sentences
from project.console.waited import waited_for

TEMPLATE = "console/page.html"
WAITED = "Waited for longest: in the last hour, and today"
MINUTES = 60
"""How far back its charts look."""


def console(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the database is bounded, however much there is, and the same for any number of stores. Whoever
    may not see commands and orders is told of machines alone."""
    stores = reach_of(request).shown
    now, recent = look(stores, minutes=MINUTES)
    flower = places.flower(request)
    found = seen_by(request, checks(now))
    told = {"title": "Console", "checks": [(check, link_of(check) or flower) for check in found], "at": now.at}
    if not may_see_stores(request.user):
        return {**context, **told, "checks": [(check, flower) for check in found if not check.page]}
    low, short = open_reports(stores)
    zone, waited, paid = zone_of(now), delays(stores, since=recent.since), taken_today(stores, now=now.at)
    shown = figures.figures(now, recent, delays=waited.get(None), low=low, short=short)
    return {
        **context,
        **told,
        "zone": zone,
        "sentences": sentences(now),
        "figures": [(one, _list(one)) for one in shown if may_see(request, one.page)],
        "options": charts.BARS,
        "options_of_lines": charts.LINES,
        "charts": [
            ("Commands a minute by what became of them", "by-outcome", charts.by_outcome(recent, at=now.at, zone=zone)),
            ("Commands a minute by kind", "by-kind", charts.by_kind(recent, at=now.at, zone=zone)),
        ],
        "lines": [
            (
                "Milliseconds until a minute's commands were settled",
                "by-delay",
                charts.by_delay(waited, recent, at=now.at, zone=zone),
            ),
        ],
        "tables": [
            _table(
                request,
                _limited("Payments today, by method", paid),
                "Nothing was taken today. Is a till at work?",
                figures.payments(paid),
            ),
            _table(request, "Refused, by reason", "Nothing was refused.", figures.refusals(recent)),
            _table(
                request,
                "Begun anew, by cause",
                "No worker had to try again.",
                figures.retries(retried(stores, since=recent.since)),
            ),
            _table(
                request,
                WAITED,
                "No command had to wait for another's rows.",
                waited_for(stores, now.at, zone),
            ),
            _table(request, "Invoice numbers left", "No store takes numbers from a pool.", figures.pools(now)),
        ],
        "machines": figures.machines(now),
        "flower": flower,
        "may_add": may_add(request, "inventory_store"),
    }


def _table(request: HttpRequest, title: str, empty: str, rows: list[Row]) -> dict[str, Any]:
    return {
        "title": title,
        "empty": empty,
        "rows": [(row, _list(row)) for row in rows if may_see(request, row.page)],
    }


def _limited(title: str, found: Sequence[Taken]) -> str:
    """What is not all of the day says so."""
    is_all = sum(one.payments for one in found) < COUNTED_MAX
    return title if is_all else f"{title}: of the newest {COUNTED_MAX:,}"


def _list(of: Figure | Row) -> str:
    address = reverse(f"admin:{of.page}_changelist")
    return f"{address}?{of.query}" if of.query else address
