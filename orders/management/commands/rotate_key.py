"""`manage rotate_key STORE NAME`: a new key for a terminal that stays itself, printed once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.command_arguments import plain_text
from orders.terminals.db.keys import OLD_KEY_LASTS, rotate_key
from orders.terminals.models import NAME_LENGTH_MAX, Terminal


class Command(BaseCommand):
    help = "Give a terminal a new key and print it, this once. The old one works for ten more minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")
        parser.add_argument("--at-once", action="store_true", help="the old key ends now: it was lost or stolen")

    def handle(self, *_: Any, store: str, name: str, at_once: bool, **__: Any) -> None:
        found = Terminal.objects.filter(store__code=store, name=name).values_list("pk", flat=True).first()
        lasts = timedelta() if at_once else OLD_KEY_LASTS
        rotated = rotate_key(found, own_key=None, old_key_lasts=lasts) if found else None
        if rotated is None:
            raise CommandError(f"the store {store} has no terminal {name} with a valid key")
        self.stdout.write(rotated.key)
