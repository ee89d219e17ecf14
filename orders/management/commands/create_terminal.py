"""`manage create_terminal STORE NAME ROLE`: make a terminal and print its key, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from pydantic_core import to_json

from base.command_arguments import plain_text
from inventory.models import Store
from orders.commands.core.roles import Role
from orders.terminals.db.keys import create_terminal
from orders.terminals.models import NAME_LENGTH_MAX


class Command(BaseCommand):
    help = (
        "Make a terminal and print its key. The key is shown this once. Roles: pos sells; supervisor also cancels paid "
        "orders, takes back and ships; backoffice also moves stock and looks after parked commands; auditor only reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="unique in the store; the history shows it")
        parser.add_argument("role", choices=[role.value for role in Role], help="what it may do")
        parser.add_argument("--json", action="store_true", help="print store, name, role and key")

    def handle(self, *_: Any, store: str, name: str, role: str, json: bool, **__: Any) -> None:
        try:
            store_id = Store.objects.values_list("id", flat=True).get(code=store)
            key = create_terminal(store_id=store_id, name=name, role=Role(role))
        except Store.DoesNotExist:
            raise CommandError(f"there is no store {store}") from None
        except IntegrityError:
            raise CommandError(f"the store {store} has a terminal {name} already") from None
        told = {"store": store, "name": name, "role": role, "key": key}
        self.stdout.write(to_json(told).decode() if json else key)
