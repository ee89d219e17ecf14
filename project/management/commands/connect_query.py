"""`manage connect_query`: what PgBouncer has to be told."""

from typing import Any

from base.operator.command import OperatorCommand
from project.pooler import connect_query


class Command(OperatorCommand):
    help = (
        "Print what belongs in the line of PgBouncer's [databases] section: the limits and the plan settings that a "
        "direct connection brings along, by which PgBouncer begins each connection. Print it anew when LOCK_TIMEOUT_MS "
        "or STATEMENT_TIMEOUT_MS change, then RELOAD and RECONNECT in PgBouncer's console."
    )
    examples = ("",)

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(connect_query())
