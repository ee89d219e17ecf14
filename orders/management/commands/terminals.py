"""`manage terminals [STORE]`: who may call."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from base.operator.shown import table_text
from inventory.management.stores import store_called
from orders.terminals.models import Terminal


class Command(OperatorCommand):
    help = (
        "List the terminals of a store, or of all stores, with their roles and when they called last, by the store's "
        "clock. Keys are shown nowhere: ./ringup manage enrol_code gets a terminal another."
    )
    examples = ("", "demo", "demo --json")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), nargs="?", help="the store's code (default: all stores)")
        parser.add_argument("--json", action="store_true", help="print them for a program")

    def handle(self, *_: Any, store: str | None, json: bool, **__: Any) -> None:
        found = Terminal.objects.select_related("store").order_by("store__code", "name")
        if store is not None:
            found = found.filter(store=store_called(store))
        if json:
            self.stdout.write(to_json([_facts(one) for one in found]).decode())
            return
        rows = [(one.store.code, one.name, one.role, _seen(one)) for one in found]
        columns = ("store", "terminal", "role", "called last")
        self.stdout.write(table_text(columns, rows, on_terminal=self.stdout.isatty()), ending="")


def _facts(one: Terminal) -> dict[str, Any]:
    facts = {"store": one.store.code, "name": one.name, "role": one.role}
    return {**facts, "last_used_at": one.last_used_at, "revoked_at": one.revoked_at}


def _seen(one: Terminal) -> str:
    def at(instant: datetime) -> str:
        return f"{instant.astimezone(ZoneInfo(one.store.time_zone)):%Y-%m-%d %H:%M}"

    if one.revoked_at:
        return f"revoked {at(one.revoked_at)}"
    return at(one.last_used_at) if one.last_used_at else "never"
