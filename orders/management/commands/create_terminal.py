"""`manage create_terminal STORE NAME ROLE`: make a terminal and print its key, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from inventory.management.stores import store_called
from orders.commands.core.roles import Role
from orders.terminals.db.keys import create_terminal
from orders.terminals.models import NAME_LENGTH_MAX


class Command(OperatorCommand):
    help = (
        "Make a terminal and print its key. The key is shown this once. Roles: pos sells; supervisor also cancels paid "
        "orders, takes back and ships; backoffice also moves stock and looks after parked commands; auditor only reads."
    )
    examples = ('demo "Till 2" pos', 'demo "Till 2" pos --json')

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="unique in the store; the history shows it")
        parser.add_argument("role", choices=[role.value for role in Role], help="what it may do")
        parser.add_argument("--json", action="store_true", help="print store, name, role and key")

    def handle(self, *_: Any, store: str, name: str, role: str, json: bool, **__: Any) -> None:
        try:
            key = create_terminal(store_id=store_called(store).pk, name=name, role=Role(role))
        except IntegrityError:
            raise CommandError(f"the store {store} has a terminal {name} already") from None
        told = {"store": store, "name": name, "role": role, "key": key}
        self.stdout.write(to_json(told).decode() if json else key)
