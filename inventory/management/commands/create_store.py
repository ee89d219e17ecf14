"""`manage create_store CODE NAME CURRENCY`: make a store with its first location."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from inventory.models import Location, Store


class Command(BaseCommand):
    help = "Make a store with its first location."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="its short name, for good")
        parser.add_argument("name")
        parser.add_argument("currency", help="ISO 4217, as in GBP")
        parser.add_argument("--location", default="shop", metavar="CODE", help="its first location (default: shop)")

    def handle(self, *_: Any, code: str, name: str, currency: str, location: str, **__: Any) -> None:
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise CommandError(f"a currency is three capitals, as in GBP, not {currency}")
        try:
            with transaction.atomic():
                store = Store.objects.create(code=code, name=name, currency=currency)
                Location.objects.create(store=store, code=location, name=location)
        except IntegrityError:
            raise CommandError(f"there is a store {code} already") from None
        self.stdout.write(f"{code} was made, with the location {location}")
