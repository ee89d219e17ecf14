"""`manage create_store CODE NAME CURRENCY`: make a store with its first location."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from inventory.db.stores import FIRST_LOCATION, MIDNIGHT, create_store, read_hour, told

NEXT = 'next: its taxes and products in the admin, and ./ringup manage create_terminal {code} "Till 1" pos'


def hour(given: str) -> time:
    try:
        return read_hour(given)
    except ValueError:
        raise ArgumentTypeError(f"an hour is written as 04:00, and not {given!a}") from None


class Command(OperatorCommand):
    help = (
        "Make a store with its first location. Next: ./ringup manage create_terminal CODE NAME ROLE for each till, and "
        "products by the admin or PUT /products."
    )
    examples = ('north "North Street" GBP --time-zone Europe/London --day-starts-at 04:00',)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="small letters, digits and hyphens; a part of its invoice numbers, for good")
        parser.add_argument("name", type=plain_text(200), help="what stands on its receipts")
        parser.add_argument("currency", help="ISO 4217, as in GBP")
        parser.add_argument(
            "--location",
            type=plain_text(64),
            default=FIRST_LOCATION,
            metavar="CODE",
            help="its first location (default: shop)",
        )

        parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="as Europe/London (default: UTC)")
        parser.add_argument(
            "--day-starts-at",
            type=hour,
            default=MIDNIGHT,
            metavar="HH:MM",
            help="what is sold earlier belongs to the day before (default: 00:00)",
        )
        parser.add_argument("--json", action="store_true", help="print what was made")

    def handle(self, *_: Any, code: str, location: str, json: bool, **options: Any) -> None:
        given = {name: options[name] for name in ("name", "currency", "time_zone", "day_starts_at")}
        try:
            create_store(code=code, location=location, **given)
        except ValidationError as error:
            raise CommandError(told(error)) from None
        except IntegrityError:
            raise CommandError(f"there is a store {code} already") from None
        if json:
            self.stdout.write(to_json({"code": code, **given, "location": location}).decode())
            return
        self.stdout.write(f"{code} was made, with the location {location}")
        self.stdout.write(NEXT.format(code=code))
