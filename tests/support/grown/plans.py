"""Whether what somebody asks of the database reads about as many rows as it shows, however much there is.

PostgreSQL itself tells how each statement went, with the plan that it had in earnest (auto_explain).
It takes a superuser.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from psycopg.errors import Diagnostic

from base.sql.sets import cursor

BIG = frozenset(
    {
        "django_celery_results_taskresult",
        "inventory_hold",
        "inventory_lowstock",
        "inventory_product",
        "inventory_shortfall",
        "inventory_stocklevel",
        "inventory_stockmovement",
        "orders_closing",
        "orders_command",
        "orders_creditnote",
        "orders_drawermovement",
        "orders_invoicenumber",
        "orders_journalentry",
        "orders_order",
        "orders_orderline",
        "orders_payment",
        "orders_statuschange",
    }
)
LONGEST_MS = 50
BLOCKS_MAX = 3_000
"""Of 8 kB, that a statement may read: some for each of its rows, nothing that grows with the history."""
TRIES = 5

Answer = TypeVar("Answer")

_WATCH = """
    LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;
    SET auto_explain.log_buffers = on; SET auto_explain.log_timing = off; SET auto_explain.log_format = json;
    SET client_min_messages = log
"""
_REST = "RESET client_min_messages; SET auto_explain.log_min_duration = -1"


@dataclass(frozen=True, slots=True)
class Went:
    """How a statement went."""

    text: str
    took_ms: float
    plan: dict[str, Any]

    @property
    def blocks(self) -> int:
        return int(self.plan["Shared Hit Blocks"] + self.plan["Shared Read Blocks"])

    @property
    def read_through(self) -> list[str]:
        """The big tables that were read from one end to the other."""
        names = [node.get("Relation Name", "") for node in nodes(self.plan) if node["Node Type"] == "Seq Scan"]
        return [name for name in names if name in BIG]

    def __str__(self) -> str:
        return f"{self.took_ms:.0f} ms, {self.blocks} blocks: {' '.join(self.text.split())}"


@contextmanager
def watched() -> Iterator[list[Went]]:
    """The statements that are sent within."""
    went: list[Went] = []
    connection.ensure_connection()

    def note(told: Diagnostic) -> None:
        duration, _, plan = (told.message_primary or "").partition(" ms  plan:\n")
        if plan:
            explained = json.loads(plan)
            went.append(Went(explained["Query Text"], float(duration.removeprefix("duration: ")), explained["Plan"]))

    cursor().execute(_WATCH.encode())
    connection.connection.add_notice_handler(note)
    try:
        yield went
    finally:
        # Within a transaction the last statement is told of when the next one begins.
        cursor().execute(_REST.encode())
        connection.connection.remove_notice_handler(note)


def held(work: Callable[[], Answer], *, blocks_max: int = BLOCKS_MAX, longest_ms: int = LONGEST_MS) -> Answer:
    """Each of its statements within the blocks, whatever the cache held before; and within the time, at least once in a
    few times: others work on the machine too."""
    with watched() as went:
        answer = work()
    assert went, "nothing was asked of the database"
    through, much = ([one for one in went if one.read_through], [one for one in went if one.blocks > blocks_max])
    assert not through, list(map(str, through))
    assert not much, list(map(str, much))
    for _ in range(TRIES):
        if max(one.took_ms for one in went) < longest_ms:
            return answer
        with watched() as went:
            work()
    raise AssertionError([str(one) for one in went if one.took_ms >= longest_ms])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)
