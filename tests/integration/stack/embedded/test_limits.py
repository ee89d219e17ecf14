"""Every connection has its limits, and the database knows them."""

import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest
import pytest_django
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from project import env as environment
from project.database import IDLE_IN_TRANSACTION_TIMEOUT_MS, begin_session
from tests.support.database import connected_to
from workers.execute import DECISIONS_MAX_S

PROCESSES = {
    "web": "import project.wsgi",
    "worker": "from celery.signals import worker_init; worker_init.send(sender=App)",
    "beat": "from project.messaging.scheduler import LookingScheduler; LookingScheduler(app=app)",
}
"""What each does as it begins."""
SHOW = """
from project.celery import app
class App: app = app
import django; django.setup()
{begins}
from django.db import connection
for _ in range(3):
    connection.close()
    with connection.cursor() as cursor:
        for name in {names}:
            cursor.execute("SELECT current_setting(%s, true)", [name])
            print(name, *cursor.fetchone())
"""
NAMES = ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"]
LIMITS = ["2s", "10s", "7s", "30s"]


@pytest.fixture
def as_in_a_shop(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connected_to(fresh_database, options=""):
        yield


@pytest.mark.usefixtures("as_in_a_shop")
@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("lock_timeout", "2s"),
        ("statement_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "7s"),
        ("tcp_keepalives_idle", "4"),
        ("tcp_keepalives_interval", "2"),
        ("tcp_keepalives_count", "3"),
    ],
)
def test_a_connection_knows_its_limits(name: str, limit: str) -> None:
    assert shown(name) == limit


def test_a_batch_may_take_as_long_to_decide_as_it_is_given() -> None:
    """Or the server would end it first, and the command at fault would never be found."""
    assert IDLE_IN_TRANSACTION_TIMEOUT_MS / 1_000 >= DECISIONS_MAX_S + 2


@pytest.mark.usefixtures("as_in_a_shop")
def test_a_workers_connection_limits_its_transactions_as_well() -> None:
    default = connections["default"]
    assert isinstance(default, DatabaseWrapper)
    default.ensure_connection()
    begin_session(connection=default)
    expected = "30s" if default.pg_version >= 170_000 else None
    assert shown("transaction_timeout") == expected


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("pool", [0, 2])
def test_each_process_has_all_limits(process: str, pool: int, fresh_database: str, fresh_broker: str) -> None:
    """Of each connection, and each time that one is lent by the pool."""
    env = environment.for_child(
        DATABASE_URL=fresh_database, BROKER_URL=fresh_broker, DATABASE_POOL=str(pool), SECRET_KEY=secrets.token_hex()
    )
    script = SHOW.format(begins=PROCESSES[process], names=NAMES)
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=env,
        cwd=environment.PROJECT_FOLDER,
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.splitlines()[-len(NAMES) * 3 :] == [*map(" ".join, zip(NAMES, LIMITS, strict=True))] * 3


def shown(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        value: str | None = cursor.fetchone()[0]
    return value
