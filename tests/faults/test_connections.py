"""Connections that end at the worst moments. Every command is settled once, whatever became of the answer."""

from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connection

from base.sql import retry_transient as retrying
from base.sql.faults import passes
from base.sql.retry_transient import retry_transient
from base.sql.sets import cursor
from orders.audit.round import audit
from orders.models import JournalEntry
from project.addresses import changed
from project.stack.embedded.child import free_port
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.rung import run
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import execute as executing

pytestmark = pytest.mark.usefixtures("own_database")

TEA = "SELECT FROM inventory_stocklevel WHERE id = (SELECT min(id) FROM inventory_stocklevel) FOR UPDATE"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "PAUSES_MAX_S", (0, 0, 0))


def sold_once(shop: Shop, command_id: UUID) -> None:
    assert state(command_id) == "applied"
    assert JournalEntry.objects.count() == 1
    assert shop.level("TEA-80") == (9, 0)
    assert audit() == []


def test_it_is_tried_again_while_the_fault_passes(own_database: str) -> None:
    open_shop()
    tried: list[int] = []
    with psycopg.connect(own_database) as somebody:
        somebody.execute(TEA)

        def attempt() -> int:
            tried.append(len(tried))
            if len(tried) == 3:
                somebody.rollback()
            cursor().execute("SET lock_timeout = '20ms'")
            return cursor().execute(TEA).rowcount

        assert retry_transient(attempt) == 1
    assert tried == [0, 1, 2]


def test_it_is_tried_four_times_at_most(own_database: str) -> None:
    open_shop()
    tried: list[int] = []

    def attempt() -> None:
        tried.append(1)
        cursor().execute("SET lock_timeout = '20ms'")
        cursor().execute(TEA)

    with psycopg.connect(own_database) as somebody:
        somebody.execute(TEA)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            retry_transient(attempt)
        somebody.rollback()
    assert len(tried) == 4
    assert connection.connection is None, "a connection is not kept after a fault"


def test_a_fault_that_does_not_pass_is_not_tried_again() -> None:
    tried: list[int] = []

    def attempt() -> None:
        tried.append(1)
        cursor().execute("SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        retry_transient(attempt)
    assert len(tried) == 1


@pytest.mark.parametrize("step", ["load", "decide", "number", "save"])
def test_a_connection_killed_within_the_transaction(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    order_id, command_id = shop.sale()
    gate = Gate()
    monkeypatch.setattr(executing, step, gate.before(getattr(executing, step)))
    worker = begin(lambda: run([order_id]))
    gate.wait_reached()
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE %s"
    assert cursor().execute(sql, ("idle in transaction",)).rowcount == 1
    gate.open()
    assert worker.result(PATIENCE_S) == []
    sold_once(shop, command_id)


@pytest.mark.parametrize("forwards", [True, False], ids=["reply lost", "request lost"])
@pytest.mark.parametrize("statement", [b"COMMIT", b"UPDATE orders_command", b"FOR NO KEY UPDATE", b"BEGIN"])
def test_a_cut_at_any_statement_settles_once(statement: bytes, forwards: bool, own_database: str) -> None:
    """The reply of COMMIT matters most: it is unknown whether all was done, and the next attempt finds that it was."""
    shop = open_shop()
    sales = [shop.sale(("TEA-80", 1)), shop.sale(("MUG-RED", 1))]
    with proxied(own_database) as proxy, connected_to(proxy.url):
        cursor().execute("SELECT 1")
        proxy.cut_at(statement, forwards=forwards)
        assert run([order_id for order_id, _ in sales]) == []
        assert proxy.cuts == 1
    assert states([command_id for _, command_id in sales]) == ["applied", "applied"]
    assert JournalEntry.objects.count() == 2
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((9, 0), (9, 0))
    assert audit() == []


def test_a_database_that_is_gone_leaves_the_command_pending(own_database: str) -> None:
    shop = open_shop()
    order_id, command_id = shop.sale()
    with connected_to(changed(own_database, port=free_port())), pytest.raises(OperationalError) as fault:
        run([order_id])
    assert passes(fault.value)
    assert state(command_id) == "pending"
