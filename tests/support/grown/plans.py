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
BLOCKS_MAX = 3_000
"""Of 8 kB, that a statement may read: some for each of its rows, nothing that grows with the history."""
ROWS_MAX = 150_000
"""That the steps of its plan may look at together, which is the work that blocks do not tell of: some for each of ten
thousand that are counted, and far fewer than there are sales."""

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
    plan: dict[str, Any]

    @property
    def blocks(self) -> int:
        return int(self.plan["Shared Hit Blocks"] + self.plan["Shared Read Blocks"])

    @property
    def rows(self) -> int:
        """Those that a step handed on, and those that it looked at in vain."""
        return int(sum(_rows(node) for node in nodes(self.plan)))

    @property
    def read_through(self) -> list[str]:
        """The big tables that were read from one end to the other."""
        names = [node.get("Relation Name", "") for node in nodes(self.plan) if node["Node Type"] == "Seq Scan"]
        return [name for name in names if name in BIG]

    def __str__(self) -> str:
        return f"{self.rows} rows, {self.blocks} blocks: {' '.join(self.text.split())}"


@contextmanager
def watched() -> Iterator[list[Went]]:
    """The statements that are sent within."""
    went: list[Went] = []
    connection.ensure_connection()

    def note(told: Diagnostic) -> None:
        _, _, plan = (told.message_primary or "").partition(" ms  plan:\n")
        if plan:
            explained = json.loads(plan)
            went.append(Went(explained["Query Text"], explained["Plan"]))

    cursor().execute(_WATCH.encode())
    connection.connection.add_notice_handler(note)
    try:
        yield went
    finally:
        # Within a transaction the last statement is told of when the next one begins.
        cursor().execute(_REST.encode())
        connection.connection.remove_notice_handler(note)


def held(work: Callable[[], Answer], *, blocks_max: int = BLOCKS_MAX, rows_max: int = ROWS_MAX) -> Answer:
    """Each of its statements within the blocks and the rows, whatever the cache held before."""
    with watched() as went:
        answer = work()
    assert went, "nothing was asked of the database"
    too_much = [one for one in went if one.read_through or one.blocks > blocks_max or one.rows > rows_max]
    assert not too_much, list(map(str, too_much))
    return answer


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def _rows(node: dict[str, Any]) -> float:
    in_vain = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    return float(node["Actual Loops"] * sum(node.get(kind, 0) for kind in ("Actual Rows", *in_vain)))
