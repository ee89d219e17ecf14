"""`manage dead_letters [--drop]`: messages that the broker gave up."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from pydantic_core import to_json

from base.broker.choose import broker_at
from base.broker.port import BrokerFault, DeadLetter
from base.operator.command import OperatorCommand
from base.operator.shown import table_text

ANSWERS_WITHIN_S = 5


class Command(OperatorCommand):
    help = (
        "List the messages that RabbitMQ gave up: no worker understood them, or one after the other died of them. No "
        "sale is lost with them: what they rang for is in the journal, and is rung for again. With --drop they are "
        "thrown away once they are shown. Redis and Valkey keep none."
    )
    examples = ("", "--json", "--drop")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop", action="store_true", help="throw them away")
        parser.add_argument("--json", action="store_true", help="print them for a program")

    def handle(self, *_: Any, drop: bool, json: bool, **__: Any) -> None:
        try:
            found = broker_at(settings.BROKER_URL).read_dead_letters(within_s=ANSWERS_WITHIN_S, drop=drop)
        except BrokerFault as error:
            raise CommandError(f"the broker does not answer: {error}") from error
        if json:
            self.stdout.write(to_json([one._asdict() for one in found]).decode())
            return
        columns = ("died at (UTC)", "queue", "reason", "task", "message")
        self.stdout.write(
            table_text(columns, [_row(one) for one in found], on_terminal=self.stdout.isatty()), ending=""
        )


def _row(one: DeadLetter) -> tuple[str, ...]:
    return (f"{one.at:%Y-%m-%d %H:%M:%S}" if one.at else "", one.queue, one.reason, one.task, one.body)
