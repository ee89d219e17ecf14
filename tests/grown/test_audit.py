"""A look of the audit reads what changed, whatever else a shop with a million sales has."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from base.sql.laws import Walk, begin_reading
from base.sql.sets import cursor
from orders.audit.db.touched import SOURCES, instant
from orders.audit.db.walks import COMMANDS, MOVED, ORDERS, UNDONE

CHANGED = 20
PAGES_PER_CHANGE_MAX = 250
"""Each of some fifty laws finds the rows of an order again, by their indexes."""


@pytest.fixture
def reading(grown_database: str) -> Iterator[None]:
    with transaction.atomic():
        begin_reading()
        yield
        connection.set_rollback(True)


def pages(query: str, given: Mapping[str, Any]) -> int:
    """How many pages a statement reads, wherever they are."""
    with connection.cursor() as one:
        one.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", given)
        (plan,) = one.fetchone()
    plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def of_laws(walk: Walk, ids: Sequence[Any]) -> int:
    return sum(pages(query, {"ids": list(ids)}) for _, query in walk.queries())


def newest(column: str, table: str, order: str) -> list[Any]:
    rows = cursor().execute(f"SELECT {column} FROM {table} ORDER BY {order} DESC LIMIT {CHANGED}".encode())
    return [id_ for (id_,) in rows]


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("name", SOURCES)
def test_what_was_touched_is_found_by_index(name: str) -> None:
    """Nothing was, since now."""
    given = {"after": instant().places[name], "since": None, "limit": 500}
    assert pages(SOURCES[name].query, given) < 50


@pytest.mark.usefixtures("reading")
def test_the_floor_is_found_by_index_and_those_above_it_are_few() -> None:
    (after,) = cursor().execute(b"SELECT max(id) - 20 FROM inventory_stockmovement").fetchone() or (0,)
    assert pages(SOURCES["movements"].query, {"after": str(after), "since": None, "limit": 500}) < CHANGED * 15


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(
    ("walk", "table", "order"),
    [
        pytest.param(MOVED, "inventory_stockmovement", "id", id="movements"),
        pytest.param(ORDERS, "orders_order", "number", id="orders"),
        pytest.param(COMMANDS, "orders_command", "id", id="commands"),
    ],
)
def test_what_belongs_to_it_is_found_by_index(walk: Walk, table: str, order: str) -> None:
    assert of_laws(walk, newest("id", table, order)) < CHANGED * PAGES_PER_CHANGE_MAX


@pytest.mark.usefixtures("reading")
def test_what_is_still_to_be_done_is_found_by_index() -> None:
    assert of_laws(UNDONE, [0]) < 500
