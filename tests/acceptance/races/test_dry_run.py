"""POST /commands?dry_run=true beside others: it waits for nobody's rows, takes a limited time, and leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from base.sql.sets import cursor
from orders.commands.core.machine import DRAWER_KINDS, Kind
from orders.commands.core.roles import Role
from orders.journal.api.bulk.bodies import BODIES
from tests.support.processes.served import Served
from tests.support.samples.all_kinds import FEW, REFUSED, every_kind, with_keys
from tests.support.shop.chain import Chain
from tests.support.shop.in_time import when_in_time
from tests.support.shop.till import Answer, Till

TABLES = (
    "orders_order",
    "orders_orderline",
    "orders_command",
    "orders_invoicenumber",
    "orders_terminal",
    "inventory_store",
    "inventory_product",
    "inventory_location",
    "inventory_stocklevel",
    "inventory_hold",
    "inventory_stockmovement",
)


@pytest.fixture
def till(chain: Chain) -> Till:
    return chain.tills[Role.BACKOFFICE]


@pytest.fixture
def items(till: Till) -> list[dict[str, Any]]:
    return with_keys(every_kind(str(till.sell(("TEA-80", FEW)))))


def dry_run(till: Till, items: list[dict[str, Any]]) -> Answer:
    return till.post("/commands?dry_run=true", items)


def foretold(till: Till, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = when_in_time(lambda: dry_run(till, items))
    assert answer.status == 200, answer
    return [item["outcome"] for item in answer.body["items"]]


@contextmanager
def somebody(served: Served, *statements: str) -> Iterator[psycopg.Connection]:
    """In a transaction that lasts, by these statements."""
    with psycopg.connect(served.database_url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection
        assert connection.info.transaction_status is TransactionStatus.INTRANS
        connection.rollback()


def traces() -> dict[str, Any]:
    """Each row with who wrote it and who locked it last, even if that was undone; and what each sequence gave last."""
    rows = {
        table: cursor().execute(f"SELECT ctid, xmin, xmax FROM {table} ORDER BY ctid".encode()).fetchall()
        for table in TABLES
    }
    return {**rows, "": cursor().execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1").fetchall()}


def test_it_tells_for_every_kind_what_is_done_then(served: Served, till: Till, items: list[dict[str, Any]]) -> None:
    told = foretold(till, items)
    done = served.settled(lambda: till.post("/commands", items, wait=30))
    assert done.status == 200, done
    assert [item["command"]["outcome"] for item in done.body["items"]] == told
    assert [one["code"] for one in told] == ["applied"] * (len(items) - len(REFUSED)) + REFUSED
    assert {Kind(item["kind"]) for item in items[: -len(REFUSED)]} == set(BODIES) - DRAWER_KINDS, (
        "a drawer is not rehearsed with orders"
    )


def test_it_leaves_nothing(till: Till, items: list[dict[str, Any]]) -> None:
    till.get("/terminals/me")  # a terminal is seen now and then, whatever it asks
    before = traces()
    foretold(till, items)
    assert traces() == before


def test_it_waits_for_no_row(served: Served, till: Till, items: list[dict[str, Any]]) -> None:
    told = foretold(till, items)
    locks = [f"SELECT FROM {table} FOR UPDATE" for table in TABLES if table != "orders_terminal"]
    with somebody(served, *locks):
        assert foretold(till, items) == told


def test_its_time_is_limited(served: Served, till: Till, items: list[dict[str, Any]]) -> None:
    with somebody(served, "LOCK TABLE orders_payment IN ACCESS EXCLUSIVE MODE"):
        late = dry_run(till, items)
        assert (late.status, late.code, late.headers["Retry-After"]) == (503, "dry_run_timeout", "1")
    assert None not in foretold(till, items)
