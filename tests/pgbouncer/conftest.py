"""One PgBouncer in transaction mode for all tests of this room, before the session's PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.signals import connection_created

from project.database import begin_session
from project.pooler import connect_query
from project.stack.embedded.pgbouncer import EmbeddedPgBouncer, pgbouncer
from project.stack.servers import Servers
from tests.support.fixtures import node, own_database

__all__ = ["node", "own_database"]

ROOM = Path(__file__).parent
POOL_SIZE = 12
"""What the suite's own tests need: each of eight at once has a transaction, and somebody looks."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out where there is no PgBouncer, which `./ringup test` says."""
    if pgbouncer() is None and (left_out := [item for item in items if item.path.is_relative_to(ROOM)]):
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="package", autouse=True)
def _sessions_begin() -> Iterator[None]:
    """As those of the processes of a shop do."""
    connection_created.connect(begin_session)
    yield
    connection_created.disconnect(begin_session)


@pytest.fixture(scope="package")
def pooler(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPgBouncer]:
    home = tmp_path_factory.mktemp("pgbouncer")
    with EmbeddedPgBouncer(
        home, database_url=servers.database_url, connect_query=connect_query(), pool_size=POOL_SIZE
    ) as pooler:
        yield pooler


@pytest.fixture
def fresh_database(fresh_database: str, pooler: EmbeddedPgBouncer) -> str:
    """Through PgBouncer."""
    return pooler.before(fresh_database)
