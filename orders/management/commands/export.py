"""`manage export STORE DAY`: what a business day of a store came to, for a spreadsheet, a program or a person."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from pydantic_core import to_json

from base.http.table import lines
from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from base.operator.shown import table_text
from base.written import amount
from inventory.management.stores import store_called
from orders.commands.core.days import Calendar
from orders.reports.core import COLUMNS, Report, report_of, rows_of
from orders.reports.db import read_day


def read_date(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ArgumentTypeError(f"a day is written as 2026-11-21, and not {given!a}") from None


class Command(OperatorCommand):
    help = (
        "Print what a business day of a store came to: sales, refunds, what each method took, taxes, and the first and "
        "last invoice number. It comes as CSV, a figure a row, amounts in the currency's smallest unit."
    )
    examples = ("demo --table", "demo 2026-11-21 > day.csv", "demo 2026-11-21 --json")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument(
            "day", type=read_date, nargs="?", help="the business day, as 2026-11-21 (default: the one that it is now)"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="print it as JSON, as GET /reports/days/DAY tells it")
        form.add_argument("--table", action="store_true", help="print it as a table that a person reads")

    def handle(self, *_: Any, store: str, day: date | None, json: bool, table: bool, **__: Any) -> None:
        found = store_called(store)
        now = timezone.now()
        today = Calendar(ZoneInfo(found.time_zone), found.day_starts_at).day_of(now)
        report = report_of(read_day(found.pk, day or today, now=now))
        if json:
            self.stdout.write(to_json(report).decode())
        elif table:
            self.stdout.write(_table(report, locale=found.locale, on_terminal=self.stdout.isatty()), ending="")
        else:
            self.stdout.write(lines([COLUMNS, *rows_of(report)]), ending="")


def _table(report: Report, *, locale: str, on_terminal: bool) -> str:
    """Amounts as people write them in the store's locale, right-aligned, so that one sees which is larger."""
    rows = []
    for section, key, rate, count, minor in rows_of(report):
        money = "" if minor is None else amount(minor, report.currency, locale)
        rows.append((section.replace("_", " "), key, rate, "" if count is None else f"{count:,}", money))
    return table_text(
        ("of", "which", "rate", "count", "amount"),
        rows,
        title=f"{report.store}, {report.date.isoformat()}",
        right=("rate", "count", "amount"),
        on_terminal=on_terminal,
    )
