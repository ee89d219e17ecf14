"""`manage rotate_key STORE NAME`: a new key for a terminal that stays itself, printed once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from orders.management.terminals import terminal_called
from orders.terminals.db.keys import OLD_KEY_LASTS, rotate_key
from orders.terminals.models import NAME_LENGTH_MAX


class Command(OperatorCommand):
    help = "Give a terminal a new key and print it, this once. The old one works for ten more minutes."
    examples = ('demo "Till 2"', 'demo "Till 2" --at-once')

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", type=plain_text(32), help="the store's code")
        parser.add_argument("name", type=plain_text(NAME_LENGTH_MAX), help="the terminal's name")
        parser.add_argument("--at-once", action="store_true", help="the old key ends now: it was lost or stolen")
        parser.add_argument("--json", action="store_true", help="print the key, and until when the old one works")

    def handle(self, *_: Any, store: str, name: str, at_once: bool, json: bool, **__: Any) -> None:
        lasts = timedelta() if at_once else OLD_KEY_LASTS
        rotated = rotate_key(terminal_called(name, store=store).pk, own_key=None, old_key_lasts=lasts)
        if rotated is None:
            raise CommandError(f"{name} was revoked: make another terminal")
        told = {"store": store, "name": name, **rotated._asdict()}
        self.stdout.write(to_json(told).decode() if json else rotated.key)
