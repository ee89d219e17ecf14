"""A leader that takes no writes any more, and lives on: whoever has connections to it goes to the one that does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import pytest_django

from orders.commands.core.roles import Role
from project.addresses import changed
from project.stack.embedded.postgres import EmbeddedPostgres
from tests.support.processes.served import Served, serving
from tests.support.processes.standby import Standby, set_for_all, standby_of

POOL = 8
ORDER = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "POSTAGE", "quantity": 1}]}


@pytest.fixture
def standby(leader: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standby]:
    with standby_of(leader, tmp_path_factory.mktemp("standby") / "home") as standby:
        yield standby


@pytest.fixture
def served(
    leader: EmbeddedPostgres,
    standby: Standby,
    fresh_broker: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Served]:
    both = changed(
        leader.url,
        host="127.0.0.1,127.0.0.1",
        port=f"{leader.port},{standby.port}",
        target_session_attrs="read-write",
    )
    with (
        django_db_blocker.unblock(),
        serving(
            database_url=both,
            broker_url=fresh_broker,
            home=tmp_path_factory.mktemp("served"),
            roles=["web"],
            DATABASE_POOL=str(POOL),
            TERMINAL_REQUESTS_PER_S="0",
        ) as served,
    ):
        yield served


def made(served: Served) -> int:
    return served.call("POST", "/orders", ORDER, role=Role.POS).status


def test_one_call_fails_and_all_that_the_pool_has_are_given_up(
    served: Served, leader: EmbeddedPostgres, standby: Standby
) -> None:
    with ThreadPoolExecutor(POOL) as tills:
        assert set(tills.map(lambda _: made(served), range(4 * POOL))) == {201}
    assert connections(leader) > POOL // 2, "the pool has no connections that could be left"
    standby.promote()
    set_for_all(leader, "default_transaction_read_only", "on")
    assert [made(served) for _ in range(2 * POOL)] == [503, *[201] * (2 * POOL - 1)]


def connections(server: EmbeddedPostgres) -> int:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0
