"""Real servers for every test that asks for them; tests that do not ask start none."""

import gc
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_django
import redis
from django.conf import settings
from django.contrib import admin
from django.db import connection, connections
from django.db.backends.signals import connection_created
from xdist.scheduler import LoadFileScheduling

from benchmarks.failover import programs
from project import env as environment
from project.celery import app
from project.chromium import HOW_TO_GET_IT, chromium
from project.database import begin_session
from project.stack.embedded import pgbouncer, rabbitmq
from project.stack.embedded.postgres import SETTINGS
from project.stack.servers import Servers, passing_database, running
from tests.support.database import broker_database, configured, name_of
from tests.support.memory import PASSING, copied_into_memory
from tests.support.processes.migrated import migrate
from tests.support.tryton.server import Tryton, tryton_server

gc.disable()  # until all tests are there
settings.SECRET_KEY = secrets.token_hex()  # as the web server has one
admin.autodiscover()  # as the web server does
LONG = (
    "tests/integration/accounting/",
    "tests/grown/",
    "tests/browser/",
    "tests/failover/",
    "tests/rabbitmq/",
    "tests/pgbouncer/",
    "tests/pipeline/test_demo.py",
    "tests/pipeline/stack/",
    "tests/pipeline/",
    "tests/faults/",
    "tests/properties/test_pipeline.py",
    "tests/acceptance/project/document/test_fuzzed.py",
    "tests/unit/test_",
)
"""Rooms and files, the longest first."""
TOGETHER = (
    *("tests/integration/accounting/", "tests/grown/", "tests/browser/", "tests/rabbitmq/", "tests/pgbouncer/"),
    "tests/unit/test_",
)
MAKES = ("tests/integration/accounting/", "tests/grown/")
MADE_WITHIN_S = 900
"""The books, and a million sales: on a machine that has much else to do. Whichever test is first waits for it."""
BROKER_ANSWERS_WITHIN_S = 30
"""In tests' own processes: a ring that comes late on a slow machine is none that is lost."""
NEEDS = {
    "browser": (chromium, HOW_TO_GET_IT),
    "failover": (programs.etcd, programs.HOW_TO_GET_IT),
    "rabbitmq": (rabbitmq.rabbitmq, rabbitmq.HOW_TO_GET_IT),
    "pgbouncer": (pgbouncer.pgbouncer, pgbouncer.HOW_TO_GET_IT),
}
"""Room -> where the machine has what it needs, and how to get that."""


class FilesTogether(LoadFileScheduling):
    """A file's tests share a process; those of the grown shop share one with each other, so that it is made once, and
    so do those of the browser, of RabbitMQ, of PgBouncer and of the accounting system, and those that read the whole
    tree, so that it is parsed once."""

    def _split_scope(self, nodeid: str) -> str:
        rooms = (room for room in TOGETHER if nodeid.startswith(room))
        return next(rooms, None) or str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesTogether:
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of processes that share the tests none shall wait for another one in the end: the longest tests come first."""

    def turn(item: pytest.Item) -> int:
        return next((turn for turn, long in enumerate(LONG) if item.nodeid.startswith(long)), len(LONG))

    items.sort(key=turn)
    for item in items:
        if item.nodeid.startswith(MAKES):
            item.add_marker(pytest.mark.timeout(MADE_WITHIN_S))


def pytest_collection_finish() -> None:
    """What there is now stays: looking through it for what is none any longer took a tenth of the tests' own time.

    Modules that tests have imported would end this process's transactions after a while, as those of a shop's
    processes. A test keeps one for as long as it takes on a slow machine."""
    gc.freeze()
    gc.enable()
    connection_created.disconnect(begin_session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What is left out is said where it would have been run."""
    asked = [Path(config.rootpath, arg.partition("::")[0]) for arg in config.args]
    for name, (where, how_to_get_it) in NEEDS.items():
        room = Path(__file__).parent / name
        if where() is None and any(path in (room, *room.parents) or room in path.parents for path in asked):
            terminalreporter.write_line(how_to_get_it)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and a broker: those of DATABASE_URL and BROKER_URL, or embedded ones for this session."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in PASSING.items():
                patch.setitem(SETTINGS, name, value)
            servers = stack.enter_context(running(environment.current(), home=tmp_path_factory.mktemp("servers")))
        settings.BROKER_URL = app.conf.broker_url = servers.broker_url
        patient = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("line.ANSWERS_WITHIN_S", "redis.ANSWERS_WITHIN_S", "redis.KEPT_ANSWERS_WITHIN_S"):
            patient.setattr(f"base.broker.{name}", BROKER_ANSWERS_WITHIN_S)
        yield servers
        app.pool.force_close_all()
        logging.getLogger("orders.journal.bell").disabled = True  # this process's listeners outlive the broker


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: Servers, template_database: str) -> None:
    """Django read its settings before this session knew its server. Its test database is a copy of the migrated one."""
    database = configured(servers.database_url)
    database["TEST"] = {"TEMPLATE": template_database, "MIGRATE": False}
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]


FILLED = {
    *("auth_group", "auth_group_permissions", "auth_permission", "django_content_type"),
    *("orders_feedepoch", "orders_invoiceepoch"),
}
"""By migrations. What refers to them may be emptied without them."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Of this database only, between tests, tables may be emptied, but for those that migrations have filled.

    A connection that a test has left open must not keep the database from being dropped."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%_never_emptied'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    connection.close()  # whose session has the limits of who migrates
    empty = connection.ops.sql_flush

    def empty_others(style: Any, tables: Sequence[str], **how: Any) -> list[str]:
        return empty(style, [table for table in tables if table not in FILLED], **how)

    with pytest.MonkeyPatch.context() as instead:
        instead.setattr(connection.ops, "sql_flush", empty_others)
        yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        # Not the one that made the database, if a test has looked at another one meanwhile.
        connection.close()


@pytest.fixture(scope="session")
def tryton(servers: Servers) -> Iterator[Tryton]:
    """A real accounting system, in a database of its own."""
    with tryton_server(servers.database_url) as tryton:
        yield tryton


@pytest.fixture(scope="session")
def template_database(servers: Servers) -> Iterator[str]:
    """The name of a migrated, empty database that nobody is connected to; `python -m tests.protections` has made it
    for many runs."""
    if made := os.environ.get("TEMPLATE_DATABASE"):
        yield made
        return
    with passing_database(servers.database_url) as url:
        migrate(url, broker_url=servers.broker_url)
        yield name_of(url)


@pytest.fixture(scope="session")
def copies(servers: Servers) -> Iterator[str]:
    """How tests' own databases are copied from the migrated one."""
    if how := os.environ.get("TEMPLATE_COPIES"):
        yield how
        return
    with copied_into_memory(servers) as how:
        yield how


@pytest.fixture
def fresh_database(servers: Servers, template_database: str, copies: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own, for real processes."""
    with passing_database(servers.database_url, template=f"{template_database} {copies}") as url:
        yield url


@pytest.fixture
def fresh_broker(servers: Servers, worker_id: str) -> Iterator[str]:
    """The URL of a broker database that held nothing, emptied afterwards. Pub/sub channels are shared by all.

    Test processes side by side may have a broker in common: each looks in a quarter of its databases."""
    quarter = int(worker_id.removeprefix("gw")) % 4 if worker_id.startswith("gw") else 0
    for number in range(1 + quarter, 16, 4):
        url = broker_database(servers.broker_url, number)
        with redis.Redis.from_url(url) as broker:
            if broker.dbsize() == 0:
                yield url
                broker.flushdb()
                return
    pytest.fail(f"the broker's databases {list(range(1 + quarter, 16, 4))} all hold something")


@pytest.fixture
def stack_env(fresh_database: str, fresh_broker: str, tmp_path: Path) -> dict[str, str]:
    """The environment of real processes: a database, a broker and a home of this test's own."""
    return environment.for_child(
        DATABASE_URL=fresh_database,
        BROKER_URL=fresh_broker,
        SECRET_KEY=secrets.token_hex(),
        RINGUP_HOME=str(tmp_path / "home"),
        PYTHONPATH=str(environment.PROJECT_FOLDER),
        DJANGO_SETTINGS_MODULE="project.settings",
    )
