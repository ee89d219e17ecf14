"""Who looks on while a migration runs, or waits for its end, is never waited for by it."""

import threading
from typing import Any, Self

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from project.stack.embedded.child import wait_until
from project.upgrade import alone

INDEXES = 3
WITHIN_S = 20
LOOKS = ("SELECT pg_blocking_pids", "SELECT pg_try_advisory")


class Slow(psycopg.Cursor[Any]):
    """Whoever asks for a lock or looks who holds one is in the middle of it nearly all the time: an index that is built
    CONCURRENTLY waits for all transactions that see something at that moment, to their end."""

    def execute(self, query: Any, *rest: Any, **how: Any) -> Self:
        return super().execute(f"{query} FROM pg_sleep(0.2)" if query.startswith(LOOKS) else query, *rest, **how)


@pytest.fixture(autouse=True)
def _looked_without_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alone, "LOOKED_EVERY_S", 0.0)
    monkeypatch.setattr(alone, "TOLD_EVERY_S", 600.0)


def migrated() -> DatabaseWrapper:
    one = connections["default"].copy()
    assert isinstance(one, DatabaseWrapper)
    one.settings_dict = {
        **one.settings_dict,
        "OPTIONS": {**one.settings_dict["OPTIONS"], "cursor_factory": Slow},
    }
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
