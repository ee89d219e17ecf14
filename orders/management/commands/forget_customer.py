"""`manage forget_customer WHO`: a person's name and whatever else is known of that person goes, amounts stay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.command_arguments import plain_text
from orders.journal.db.forget import forget


class Command(BaseCommand):
    help = (
        "Forget a customer, everywhere: in orders, commands, history and logs. Amounts and what was sold stay. "
        "A cashier is forgotten by name, too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "who", type=plain_text(200), help="name, e-mail address or tax number as it was given, or an order's id"
        )

    def handle(self, *_: Any, who: str, **__: Any) -> None:
        changed = forget(who)
        if changed is None:
            raise CommandError(f"there is no order {who} with a customer")
        for table, rows in changed.items():
            if rows:
                self.stdout.write(f"{table}: {rows:,}")
        self.stdout.write(f"{sum(changed.values()):,} rows were changed")
