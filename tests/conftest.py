"""Real servers for every test that asks for them; tests that do not ask start none."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import pytest_django
import redis
from django.conf import settings
from django.db import connections

from project import env as environment
from project.celery import app
from project.database import configuration
from project.embedded.postgres import EmbeddedPostgres
from project.embedded.valkey import EmbeddedValkey


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    database_url: str
    broker_url: str


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and a broker: those of DATABASE_URL and BROKER_URL, or embedded ones for this session."""
    env = environment.current()
    home = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:
        database_url = env.database_url or stack.enter_context(EmbeddedPostgres(home)).url
        broker_url = env.broker_url or stack.enter_context(EmbeddedValkey(home)).url
        settings.BROKER_URL = app.conf.broker_url = broker_url
        yield Servers(database_url=database_url, broker_url=broker_url)
        app.pool.force_close_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: Servers) -> None:
    """Django read its settings before this session knew its server."""
    database = configuration(
        servers.database_url,
        lock_timeout_ms=settings.LOCK_TIMEOUT_MS,
        statement_timeout_ms=environment.current().statement_timeout_ms,
    )
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]


def with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def template_database(servers: Servers) -> Iterator[str]:
    """The name of a migrated, empty database that nobody is connected to."""
    name = f"ringup_template_{secrets.token_hex(4)}"
    with psycopg.connect(servers.database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        child = environment.for_child(
            DATABASE_URL=with_database(servers.database_url, name), SECRET_KEY=secrets.token_hex()
        )
        migrate = [sys.executable, "-m", "project", "manage", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env=child, cwd=environment.PROJECT_FOLDER, check=True)
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_database(servers: Servers, template_database: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own, for real processes."""
    name = f"ringup_test_{secrets.token_hex(4)}"
    with psycopg.connect(servers.database_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        yield with_database(servers.database_url, name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_database(fresh_database: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """`fresh_database`, as Django's connections in every thread see it. Threads close their own."""
    settings_before, connection_before = connections.settings, connections["default"]
    database = configuration(
        fresh_database,
        lock_timeout_ms=settings.LOCK_TIMEOUT_MS,
        statement_timeout_ms=environment.current().statement_timeout_ms,
    )
    connections.settings = connections.configure_settings({"default": database})
    del connections["default"]
    with django_db_blocker.unblock():
        yield fresh_database
        connections["default"].close()
    connections.settings = settings_before
    connections["default"] = connection_before


@pytest.fixture
def fresh_broker(servers: Servers) -> Iterator[str]:
    """The URL of a broker database that held nothing, emptied afterwards. Pub/sub channels are shared by all."""
    for number in range(1, 16):
        url = with_database(servers.broker_url, str(number))
        with redis.Redis.from_url(url) as broker:
            if broker.dbsize() == 0:
                yield url
                broker.flushdb()
                return
    pytest.fail("the broker's databases 1 to 15 all hold something")


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
