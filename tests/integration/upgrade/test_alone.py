"""Who looks on while a migration runs, or waits for its end, is never waited for by it."""

import threading

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from project.stack.embedded.child import wait_until
from project.upgrade import alone

INDEXES = 20
WITHIN_S = 20


@pytest.fixture(autouse=True)
def _looked_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is built CONCURRENTLY waits for all transactions that see something at that moment, to their end.
    Whoever looks all the time is one of them."""
    monkeypatch.setattr(alone, "LOOKED_EVERY_S", 0.0)


def migrated() -> DatabaseWrapper:
    one = connections["default"]
    assert isinstance(one, DatabaseWrapper)
    return one


def build_indexes(url: str, watch: alone.Watch) -> None:
    with psycopg.connect(url, autocommit=True) as building, watch.over(building.info.backend_pid):
        building.execute(f"SET statement_timeout = '{WITHIN_S}s'")
        for _ in range(INDEXES):
            building.execute("CREATE INDEX CONCURRENTLY of_next_release ON orders_order (store_id)")
            building.execute("DROP INDEX CONCURRENTLY of_next_release")


def test_an_index_does_not_wait_for_who_looks_at_it(own_database: str) -> None:
    with alone.alone(migrated(), tell=pytest.fail) as watch:
        build_indexes(own_database, watch)


def test_an_index_does_not_wait_for_the_next_migrator(own_database: str) -> None:
    told, came = list[str](), threading.Event()

    def come() -> None:
        with alone.alone(database, tell=told.append):
            came.set()

    database = migrated()
    next_one = threading.Thread(target=come)
    try:
        with alone.alone(database, tell=pytest.fail) as watch:
            next_one.start()
            assert wait_until(lambda: bool(told), seconds=WITHIN_S)
            build_indexes(own_database, watch)
            assert not came.is_set()
    finally:
        next_one.join()
    assert came.is_set()
    assert len(told) == 1
