"""A standby that does not answer, under a pool: who waits for it holds nothing that a sale needs, and is alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from psycopg_pool import ConnectionPool

from base.sql import standby
from base.sql.sets import alias, cursor
from project.database import databases
from project.stack.embedded.child import wait_until
from tests.support.database import connected_to
from tests.support.network.proxy import Proxy, proxied
from tests.support.network.threads import PATIENCE_S, begin

WAITS_S = 600
"""For a connection: until it is told otherwise."""


@pytest.fixture
def away(own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The address of a standby where nobody answers; of the leader there is one connection."""
    monkeypatch.setattr(standby, "asks", standby.Asks())
    monkeypatch.setattr(standby, "LEFT_ALONE_FOR_S", 0.0)
    monkeypatch.setattr("project.database.POOL_TRIES_FOR_S", 0.5)
    with proxied(own_database) as proxy, connected_to(own_database, pool_connections_max=1):
        proxy.go_away()
        its = databases(own_database, proxy.url, pool_connections_max=4)[standby.ALIAS]
        its["OPTIONS"]["pool"]["timeout"] = WAITS_S
        both = {"default": connections.settings["default"], standby.ALIAS: its}
        connections.settings = connections.configure_settings(both)
        yield proxy
        connections[standby.ALIAS].close()
        connections[standby.ALIAS].close_pool()  # type: ignore[attr-defined]
        del connections[standby.ALIAS]


@contextmanager
def one_waits(away: Proxy) -> Iterator[None]:
    """For a connection to the standby, until there is one. It leads to a server that is none: the leader is read."""
    somebody = begin(late)
    assert wait_until(lambda: its_pool().get_stats().get("requests_waiting") == 1, seconds=PATIENCE_S)
    yield
    away.come_back()
    assert somebody.result(3 * PATIENCE_S) == "default"


def its_pool() -> ConnectionPool:
    return connections[standby.ALIAS].pool  # type: ignore[attr-defined, no-any-return]


def late() -> str:
    """Which database was read."""
    return standby.read_late(which, is_of="true")


def which() -> str:
    assert cursor().execute("SELECT true").fetchone() == (True,)
    return alias()


def test_who_waits_for_it_holds_no_connection_of_the_leader(away: Proxy) -> None:
    with one_waits(away):
        assert begin(which).result(PATIENCE_S) == "default"


def test_nobody_joins_one_who_has_waited_for_long(away: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    with one_waits(away):
        monkeypatch.setattr(standby, "ANSWERS_WITHIN_S", 0.0)
        assert begin(late).result(PATIENCE_S) == "default"


def test_after_it_failed_one_at_a_time_looks_for_it(away: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby, "ANSWERS_WITHIN_S", WAITS_S)
    monkeypatch.setattr(its_pool(), "timeout", 0.0)
    assert begin(late).result(PATIENCE_S) == "default"
    monkeypatch.setattr(its_pool(), "timeout", WAITS_S)
    with one_waits(away):
        assert begin(late).result(PATIENCE_S) == "default"
