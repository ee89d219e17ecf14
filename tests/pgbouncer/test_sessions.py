"""What a direct connection brings along is there through a pooler, too, and nothing is left to whoever comes next."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings

from base.notes.database import DatabaseNotes
from base.notes.port import NotesFault
from base.sql.sets import cursor
from project.addresses import changed
from project.database import session_settings
from project.env import PROJECT_FOLDER
from project.health import has_served
from project.pooler import connect_query, lack, wanted
from project.stack.embedded.child import wait_until
from project.stack.embedded.pgbouncer import EmbeddedPgBouncer
from project.stack.servers import Servers
from tests.support.database import name_of
from tests.support.processes.nodes import start

pytestmark = pytest.mark.usefixtures("own_database")

LOCK = "SELECT FROM django_migrations ORDER BY id LIMIT 1 FOR UPDATE"
SMALL = "EXPLAIN SELECT FROM django_migrations WHERE id = 1"
MISSING = "the pooler's connections lack enable_seqscan, lock_timeout: see ./ringup manage connect_query"
WITHIN_S = 60

BeginBy = Callable[[str], None]


@pytest.fixture
def begin_by(pooler: EmbeddedPgBouncer) -> Iterator[BeginBy]:
    """Called with another connect_query, by which all its connections are begun from then on."""

    def begin_by(query: str) -> None:
        pooler.change(connect_query=query)
        pooler.tell("RECONNECT")

    yield begin_by
    begin_by(connect_query())


@pytest.fixture
def hurry(begin_by: BeginBy) -> None:
    """Nobody has much time."""
    with override_settings(DATABASE_SESSION=session_settings(lock_timeout_ms=50, statement_timeout_ms=200)):
        begin_by(connect_query().replace("30000", "400"))


@pytest.fixture
def lacking(begin_by: BeginBy) -> None:
    begin_by(connect_query().replace("SET lock_timeout = 2000; ", "").replace("SET enable_seqscan = off; ", ""))


def directly(servers: Servers, url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(servers.database_url, dbname=name_of(url))


def test_all_limits_and_plan_settings_are_there() -> None:
    found = cursor().execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", ([*wanted()],)).fetchall()
    assert dict(found) == wanted()
    assert lack() is None


def test_plans_go_by_key(begin_by: BeginBy) -> None:
    def plan() -> str:
        return " ".join(line for (line,) in cursor().execute(SMALL))

    def reads_all_if_it_likes() -> bool:
        return cursor().execute("SHOW enable_seqscan").fetchone() == ("on",)

    assert "Index" in plan()
    assert not reads_all_if_it_likes()
    begin_by("connect_query='SELECT 1'")
    assert reads_all_if_it_likes()


@pytest.mark.usefixtures("hurry")
def test_a_lock_timeout_ends_a_wait(servers: Servers, own_database: str) -> None:
    with directly(servers, own_database) as somebody, transaction.atomic():
        somebody.execute(LOCK)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            cursor().execute(LOCK)


@pytest.mark.usefixtures("hurry")
def test_a_statement_timeout_ends_a_statement() -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        cursor().execute("SELECT pg_sleep(30)")


@pytest.mark.usefixtures("hurry")
def test_a_transaction_timeout_ends_many_short_statements() -> None:
    def go_on() -> None:
        with transaction.atomic():
            for _ in range(100):
                cursor().execute("SELECT pg_sleep(0.02)")

    with pytest.raises(psycopg.errors.TransactionTimeout):
        go_on()


def test_nothing_is_prepared() -> None:
    for _ in range(10):
        cursor().execute("SELECT 1", prepare=True)
    assert cursor().execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_the_short_time_of_a_note_is_its_own(servers: Servers, own_database: str) -> None:
    with closing(DatabaseNotes(own_database)) as notes, directly(servers, own_database) as somebody:
        notes.put("signs", "beat", "1")
        somebody.execute("LOCK ringup_note")
        with pytest.raises(NotesFault):
            notes.put("signs", "beat", "2")
        somebody.rollback()
        assert notes.read("signs") == {"beat": "1"}
    assert lack() is None


@pytest.mark.usefixtures("lacking")
def test_nobody_begins_to_serve_without_them(client: Client) -> None:
    has_served.clear()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, [MISSING])


def test_who_serves_goes_on_without_them_and_says_so(client: Client, request: pytest.FixtureRequest) -> None:
    assert client.get("/readyz").json() == {"ready": True, "reasons": [], "notes": []}
    request.getfixturevalue("lacking")
    assert client.get("/readyz").json() == {"ready": True, "reasons": [], "notes": [MISSING]}


@pytest.mark.usefixtures("lacking")
def test_a_worker_waits_for_them(stack_env: dict[str, str], tmp_path: Path, begin_by: BeginBy) -> None:
    worker = start("worker", environ=stack_env, folder=tmp_path)
    try:
        assert wait_until(lambda: MISSING.encode() in worker.logs(), seconds=WITHIN_S), worker.logs()
        begin_by(connect_query())
        assert wait_until(lambda: b" ready." in worker.logs(), seconds=WITHIN_S), worker.logs()
    finally:
        worker.kill()


def test_migrations_need_the_database_itself() -> None:
    with pytest.raises(CommandError, match="set OWNER_DATABASE_URL"):
        call_command("migrate")


def test_who_migrates_passes_the_pooler(stack_env: dict[str, str], servers: Servers, own_database: str) -> None:
    direct = changed(servers.database_url, dbname=name_of(own_database))
    command = [sys.executable, "-m", "project", "manage", "migrate", "--skip-checks"]
    subprocess.run(command, env={**stack_env, "OWNER_DATABASE_URL": direct}, cwd=PROJECT_FOLDER, check=True)
