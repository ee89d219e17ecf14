"""`manage forget_customer WHO`: a person's name and whatever else is known of that person goes, amounts stay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from orders.journal.db.forget import forget


class Command(OperatorCommand):
    help = (
        "Forget a customer, everywhere: in orders, commands, history and logs. Amounts and what was sold stay. "
        "A cashier is forgotten by name, too. Two people of one name are forgotten together: name one by the address "
        "or an order."
    )
    examples = ('"Erika Mustermann"', "erika@example.com --json")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "who", type=plain_text(200), help="name, e-mail address or tax number as it was given, or an order's id"
        )
        parser.add_argument("--json", action="store_true", help="print how many rows of each table were changed")

    def handle(self, *_: Any, who: str, json: bool, **__: Any) -> str:
        changed = forget(who)
        if changed is None:
            raise CommandError(f"there is no order {who} with a customer")
        if json:
            return to_json({"rows": sum(changed.values()), "tables": changed}).decode()
        for table, rows in changed.items():
            if rows:
                self.stdout.write(f"{table}: {rows:,}")
        return f"{sum(changed.values()):,} rows were changed"
