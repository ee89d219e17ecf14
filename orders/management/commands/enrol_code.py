"""`manage enrol_code STORE NAME`: a code by which a terminal gets its key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic_core import to_json

from base.command_arguments import plain_text
from orders.terminals.db.enrol import give_code
from orders.terminals.models import NAME_LENGTH_MAX, Terminal


class Command(BaseCommand):
    help = "Print a code by which the terminal gets a new key: good once, for 15 minutes. Its key works until then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")
        parser.add_argument("--json", action="store_true", help="print the terminal, the code and when it lapses")

    def handle(self, *_: Any, store: str, name: str, json: bool, **__: Any) -> None:
        found = Terminal.objects.filter(store__code=store, name=name).values_list("pk", "store_id").first()
        coded = give_code(found[0], store_id=found[1]) if found else None
        if coded is None:
            raise CommandError(f"the store {store} has no terminal {name} that is not revoked")
        self.stdout.write(to_json(coded._asdict()).decode() if json else coded.code)
