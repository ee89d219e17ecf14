"""`manage revoke_terminal STORE NAME`: its key is refused from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from orders.management.terminals import terminal_called
from orders.terminals.db.keys import revoke_terminal
from orders.terminals.models import NAME_LENGTH_MAX, Terminal


class Command(OperatorCommand):
    help = "Revoke a terminal: its key is refused from now on, and for good. What it sold stays."
    examples = ('demo "Till 2"',)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")
        parser.add_argument("--json", action="store_true", help="print store, name and when it was revoked")

    def handle(self, *_: Any, store: str, name: str, json: bool, **__: Any) -> None:
        found = terminal_called(name, store=store)
        if not revoke_terminal(store_id=found.store_id, name=name):
            raise CommandError(f"{name} was revoked before")
        revoked = Terminal.objects.values_list("revoked_at", flat=True).get(pk=found.pk)
        told = {"store": store, "name": name, "revoked_at": revoked}
        self.stdout.write(to_json(told).decode() if json else f"{name} was revoked")
