"""A migration beside tills that sell: it never keeps them waiting, and is patient itself."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
import pytest_django
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models.signals import pre_migrate
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from project.management.commands import migrate
from project.stack.embedded.child import wait_until
from project.upgrade import alone
from tests.support.database import connected_to
from tests.support.shop.rung import run
from tests.support.shop.shop import open_shop, state
from tests.support.upgrade.asked import applied

WITHIN_S = 90
WAITS_MAX_S = 30.0
"""Of a sale of several statements, each of which may come right after the migration."""


@pytest.fixture(autouse=True)
def _next_release(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MIGRATION_MODULES = {"orders": "tests.support.upgrade.migrations"}
    monkeypatch.setattr(migrate, "PAUSES_S", (0.2, 0.5))


class Migrating:
    """`manage migrate` in a thread of its own."""

    def __init__(self) -> None:
        self._said = StringIO()
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._migrate)
        self._thread.start()

    @property
    def said(self) -> str:
        return self._said.getvalue()

    def says(self, words: str) -> bool:
        return wait_until(lambda: words in self.said or not self._thread.is_alive(), seconds=WITHIN_S)

    def end(self) -> None:
        self._thread.join(WITHIN_S)
        assert not self._thread.is_alive(), self.said

    def _migrate(self) -> None:
        try:
            call_command("migrate", stdout=self._said, no_color=True)
        except CommandError as error:
            self.error = error
        finally:
            connection.close()


@pytest.fixture
def begin(own_database: str) -> Iterator[Callable[[], Migrating]]:
    """Begins a migration, which ends before its database does."""
    begun: list[Migrating] = []

    def begin_one() -> Migrating:
        begun.append(Migrating())
        return begun[-1]

    yield begin_one
    for one in begun:
        one.end()


@contextmanager
def reading(url: str, statement: str) -> Iterator[psycopg.Connection]:
    """Somebody else in a transaction that goes on and on."""
    with psycopg.connect(url, application_name="a long report") as somebody:
        somebody.execute(statement)
        yield somebody
        somebody.rollback()


def test_sales_do_not_wait_behind_a_migration_that_waits_for_a_long_reader(
    own_database: str, begin: Callable[[], Migrating]
) -> None:
    shop = open_shop()
    with reading(own_database, "SELECT count(*) FROM orders_order") as somebody:
        migrating = begin()
        assert migrating.says("trying again")
        took_s: list[float] = []
        while len(took_s) < 10 or migrating.said.count("trying again") < 4:
            began = time.monotonic()
            order_id, command_id = shop.sale(("POSTAGE", 1))
            assert run([order_id]) == []
            assert state(command_id) == "applied"
            took_s.append(time.monotonic() - began)
        assert max(took_s) < WAITS_MAX_S, took_s
        assert "gift_note" not in applied(connection)
        sentence = f"a table is in use by process {somebody.info.backend_pid} (a long report"
        assert sentence in migrating.said
        assert "idle in transaction; trying again in" in migrating.said
        assert f"SELECT pg_terminate_backend({somebody.info.backend_pid})" in migrating.said
    migrating.end()
    assert migrating.error is None
    assert {"gift_note", "order_gift_note_fits, valid", "order_gifts, valid"} <= applied(connection)


def test_an_index_waits_for_who_began_before_it_and_nobody_for_the_index(
    own_database: str, begin: Callable[[], Migrating], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a lock is waited for: it is neither given up nor left half built, and says whom it waits for."""
    monkeypatch.setattr(alone, "TOLD_EVERY_S", 0.2)
    shop = open_shop()
    call_command("migrate", "orders", "0006", verbosity=0)
    with reading(own_database, "DELETE FROM orders_order WHERE false") as somebody:
        migrating = begin()
        assert wait_until(lambda: "order_gifts" in applied(connection), seconds=WITHIN_S)
        began = time.monotonic()
        while time.monotonic() - began < migrate.LOCK_TIMEOUT_MS / 1_000 * 2:
            order_id, _ = shop.sale(("POSTAGE", 1))
            assert run([order_id]) == []
        assert migrating.says(f"still waiting for process {somebody.info.backend_pid} (a long report")
        assert "trying again" not in migrating.said
    migrating.end()
    assert "order_gifts, valid" in applied(connection)


def test_a_foreign_key_is_tried_again_with_its_table(own_database: str, begin: Callable[[], Migrating]) -> None:
    """It is made when all else of its migration is done already."""
    call_command("migrate", "orders", "0007", verbosity=0)
    with reading(own_database, "DELETE FROM orders_order WHERE false"):
        migrating = begin()
        assert migrating.says("trying again")
    migrating.end()
    assert migrating.error is None
    assert cursor().execute("SELECT to_regclass('orders_gift') IS NOT NULL").fetchone() == (True,)


def test_who_holds_the_table_for_too_long_ends_the_migration_with_a_sentence(
    own_database: str, begin: Callable[[], Migrating], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "GIVES_UP_AFTER_S", 0.0)
    with reading(own_database, "SELECT count(*) FROM orders_order") as somebody:
        migrating = begin()
        migrating.end()
        holder = f"process {somebody.info.backend_pid} (a long report"
    assert str(migrating.error).startswith(f"a table was not free in time: {holder}")


class Hearing(StringIO):
    """What it is told is followed by what follows from it, before whoever tells goes on."""

    def __init__(self, **follows: Callable[[], None]) -> None:
        super().__init__()
        self._follows = follows

    def write(self, text: str) -> int:
        written = super().write(text)
        for words in [words for words in self._follows if words in self.getvalue()]:
            self._follows.pop(words)()
        return written


def test_it_gives_up_when_nothing_was_had_for_long_and_not_when_it_works_for_long(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each thing that is done, who is in the way has all the time anew."""
    monkeypatch.setattr(migrate, "GIVES_UP_AFTER_S", 0.0)
    with ExitStack() as others:

        def read(statement: str) -> None:
            others.enter_context(reading(own_database, statement))

        said = Hearing(
            **{
                "trying again": others.close,
                "Applying orders.0008": lambda: read("DELETE FROM orders_order WHERE false"),
            }
        )
        read("SELECT count(*) FROM orders_order")
        with pytest.raises(CommandError, match="a table was not free in time"):
            call_command("migrate", stdout=said, no_color=True)
    assert "order_gifts, valid" in applied(connection)
    assert said.getvalue().count("trying again") == 2


def test_rows_of_a_store_that_left_are_brought_along(own_database: str) -> None:
    told = set[Any]()

    def note(**_: object) -> None:
        told.add(moves())

    pre_migrate.connect(note)
    call_command("migrate", verbosity=0)
    assert told == {True}
    assert not moves()


def moves() -> Any:
    return cursor().execute("SELECT ringup_moves()").fetchone()[0]  # type: ignore[index]


def test_one_migrator_at_a_time(own_database: str, begin: Callable[[], Migrating]) -> None:
    open_shop()
    with reading(own_database, "SELECT count(*) FROM orders_order"):
        first = begin()
        assert first.says("trying again")
        second = begin()
        assert second.says("another migration runs (process ")
        assert "Running migrations" not in second.said
    first.end()
    second.end()
    assert (first.error, second.error) == (None, None)
    assert "No migrations to apply" in second.said


def test_it_may_compute_between_two_statements_for_as_long_as_it_takes(
    fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """As Django does for seconds, on a slow machine for longer than a shop's transaction may idle."""
    with django_db_blocker.unblock(), connected_to(fresh_database, options=""):
        assert idles_for() == "7s"
        call_command("migrate", verbosity=0)
        assert idles_for() == "0"


def idles_for() -> str:
    (limit,) = cursor().execute("SELECT current_setting('idle_in_transaction_session_timeout')").fetchone()  # type: ignore[misc]
    return str(limit)
