"""`manage enrol_code STORE NAME`: a code by which a terminal gets its key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from orders.management.terminals import terminal_called
from orders.terminals.db.enrol import give_code
from orders.terminals.models import NAME_LENGTH_MAX


class Command(OperatorCommand):
    help = (
        "Print a code by which the terminal gets a new key: good once, for 15 minutes. Its key works until then. It is "
        "typed at the terminal: on /till/, or by POST /terminals/enrol."
    )
    examples = ('demo "Till 2"', 'demo "Till 2" --json')

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")
        parser.add_argument("--json", action="store_true", help="print the terminal, the code and when it lapses")

    def handle(self, *_: Any, store: str, name: str, json: bool, **__: Any) -> None:
        found = terminal_called(name, store=store)
        coded = give_code(found.pk, store_id=found.store_id)
        if coded is None:
            raise CommandError(f"{name} was revoked: make another terminal")
        self.stdout.write(to_json(coded._asdict()).decode() if json else coded.code)
