"""Fixtures of this room: the terminals of a chain, and a worker.

What sends small JSON bodies, and asks what becomes of them, writes and reads as `ringup_client` does, carried by
Django's test client: the web server hands those over whole, which uploads/ tries for every kind of body. What tries the
wire, as hostile bodies and headers, writes its bytes itself.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import pytest_django
import redis
from django.conf import settings

from orders.commands.core.machine import DRAWER_KINDS
from orders.commands.core.roles import Role
from orders.journal.models import Command
from orders.journal.ring import QUEUE
from project.stack.servers import Servers, passing_database
from tests.support.database import broker_database
from tests.support.fixtures import own_database
from tests.support.processes.served import Served, serving
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till, document

__all__ = ["own_database"]

GLANCE_MAX_S = 60


@pytest.fixture(autouse=True)
def _looks_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dry run within this process takes as long as it takes on a slow machine."""
    monkeypatch.setattr("base.sql.glance.GLANCE_MAX_S", GLANCE_MAX_S)


@pytest.fixture(scope="session")
def served(
    servers: Servers,
    template_database: str,
    copies: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Served]:
    """A web server and a worker that the tests of this room share: each makes orders of its own."""
    broker_url = broker_database(servers.broker_url, 15)
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as database_url,
        django_db_blocker.unblock(),
        serving(database_url=database_url, broker_url=broker_url, home=tmp_path_factory.mktemp("served")) as served,
        django_db_blocker.block(),
    ):
        yield served
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


@pytest.fixture(scope="session")
def described() -> None:
    """What answers are held to is made before a test's transaction begins, which may not idle for so long."""
    document()


@pytest.fixture
def chain(described: None, db: None) -> Chain:
    return open_chain()


@pytest.fixture
def shop(chain: Chain) -> Shop:
    return chain.shop


@pytest.fixture
def pos(chain: Chain) -> Till:
    return chain.tills[Role.POS]


@pytest.fixture
def supervisor(chain: Chain) -> Till:
    return chain.tills[Role.SUPERVISOR]


@pytest.fixture
def backoffice(chain: Chain) -> Till:
    return chain.tills[Role.BACKOFFICE]


@pytest.fixture
def auditor(chain: Chain) -> Till:
    return chain.tills[Role.AUDITOR]


@pytest.fixture
def elsewhere(chain: Chain) -> Till:
    return chain.elsewhere


@pytest.fixture
def settle(shop: Shop) -> Callable[[Answer, Till], Any]:
    """Let a worker settle what an answer accepted; the command as its terminal then reads it."""

    def settled(accepted: Answer, till: Till) -> Any:
        assert accepted.status == 202, accepted
        order_id = accepted.body["order_id"]
        if accepted.body["kind"] in DRAWER_KINDS:
            assert run_drawer(Command.objects.get(id=accepted.body["id"]).drawer_id or 0) == []
            return till.get(f"/commands/{accepted.body['id']}").body
        execute([UUID(order_id) if order_id else shop.store_id], helps=False)
        return till.get(f"/commands/{accepted.body['id']}").body

    return settled


@pytest.fixture
def rings(db: None) -> Iterator[redis.Redis]:
    """The broker, whose queue of commands is empty now."""
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.delete(QUEUE)
        yield broker
        broker.delete(QUEUE)
