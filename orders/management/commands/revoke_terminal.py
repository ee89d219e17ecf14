"""`manage revoke_terminal STORE NAME`: its key is refused from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.command_arguments import plain_text
from inventory.models import Store
from orders.terminals.db.keys import revoke_terminal
from orders.terminals.models import NAME_LENGTH_MAX


class Command(BaseCommand):
    help = "Revoke a terminal's key, with immediate effect."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")

    def handle(self, *_: Any, store: str, name: str, **__: Any) -> None:
        found = Store.objects.filter(code=store).values_list("id", flat=True).first()
        if found is None:
            raise CommandError(f"there is no store {store}")
        if not revoke_terminal(store_id=found, name=name):
            raise CommandError(f"the store {store} has no terminal {name} with a valid key")
        self.stdout.write(f"{name} was revoked")
