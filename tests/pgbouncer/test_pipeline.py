"""The whole pipeline through a small pool of PgBouncer, which is restarted while tills sell."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_django
import redis
from django.db import connection
from urllib3.exceptions import HTTPError

from orders.audit.round import audit
from orders.commands.core.roles import Role
from orders.models import JournalEntry
from project.pooler import connect_query
from project.stack.embedded.child import wait_until
from project.stack.embedded.pgbouncer import EmbeddedPgBouncer
from project.stack.servers import Servers, passing_database
from tests.support.database import broker_database, connected_to
from tests.support.network.web import WebClient
from tests.support.processes.served import Served, serving
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till, document

ROLES = ("web", "worker", "worker-io", "beat")
POOL_SIZE = 3
TILLS = 24
SALES_OF_EACH = 3
LOOKS = 20
SOON_S = 60
CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
SESSIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture(scope="module")
def small(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPgBouncer]:
    home = tmp_path_factory.mktemp("small")
    with EmbeddedPgBouncer(
        home, database_url=servers.database_url, connect_query=connect_query(), pool_size=POOL_SIZE
    ) as pooler:
        yield pooler


@pytest.fixture(scope="module")
def served(
    small: EmbeddedPgBouncer,
    servers: Servers,
    template_database: str,
    copies: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[Served]:
    """The tests look past the pooler."""
    broker_url = broker_database(servers.broker_url, 14)
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as url,
        django_db_blocker.unblock(),
        serving(
            database_url=url,
            broker_url=broker_url,
            home=tmp_path_factory.mktemp("served"),
            roles=ROLES,
            DATABASE_URL=small.before(url),
            WORKER_CONCURRENCY="2",
            INVOICE_NUMBER_GENERATOR="orders.invoicing.from_sequence",
        ) as served,
        connected_to(url),
    ):
        yield served
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


@pytest.fixture(scope="module")
def chain(served: Served) -> Chain:
    document()  # what answers are held to is made before many hands want it at once
    return open_chain(shop_code=f"pooled-{secrets.token_hex(3)}", other_code="pooled-2", client=WebClient(served.url))


@pytest.fixture
def till(chain: Chain) -> Till:
    return chain.tills[Role.POS]


def sell(till: Till) -> str:
    """As a till does that knows nothing of servers: it sends again, under its key, until it is told what becomes of it.
    The command's id."""
    lines = [{"sku": "POSTAGE", "quantity": 1}]
    order = {"id": str(uuid4()), "currency": "GBP", "fulfilment": "immediate", "lines": lines}
    items = [{"key": str(uuid4()), "kind": "pay", "order": order, "body": CARD}]
    told: list[str] = []

    def is_taken() -> bool:
        try:
            answer = till.post("/commands", items)
        except HTTPError:
            return False
        if answer.status in (200, 202):
            told.append(answer.body["items"][0]["command_id"])
        return bool(told)

    assert wait_until(is_taken, seconds=SOON_S)
    return told[0]


def sold_meanwhile(till: Till, happens: Callable[[], object]) -> list[str]:
    """Commands of many tills that sell at once, while something happens."""
    begun = threading.Event()

    def sell_some() -> list[str]:
        commands = [sell(till)]
        begun.set()
        return commands + [sell(till) for _ in range(SALES_OF_EACH - 1)]

    with ThreadPoolExecutor(TILLS) as hands:
        tills = [hands.submit(sell_some) for _ in range(TILLS)]
        assert begun.wait(SOON_S)
        happens()
    return [command for one in tills for command in one.result()]


def assert_settled(till: Till, commands: list[str]) -> None:
    def are_all() -> bool:
        return all(till.get(f"/commands/{command}").body["state"] == "succeeded" for command in commands)

    assert len(set(commands)) == TILLS * SALES_OF_EACH
    assert wait_until(are_all, seconds=SOON_S)
    assert JournalEntry.objects.filter(command_id__in=commands).count() == len(commands)
    assert audit() == []


def test_many_tills_share_few_connections(till: Till, small: EmbeddedPgBouncer) -> None:
    sessions, clients = [], []

    def look() -> None:
        with connection.cursor() as cursor:
            for _ in range(LOOKS):
                cursor.execute(SESSIONS)
                sessions.append(cursor.fetchone()[0])
                of_shop = [pool for pool in small.tell("SHOW POOLS") if pool["database"] != "pgbouncer"]
                clients.append(sum(pool["cl_active"] + pool["cl_waiting"] for pool in of_shop))

    commands = sold_meanwhile(till, look)
    assert max(sessions) <= POOL_SIZE < max(clients)
    assert_settled(till, commands)


def test_a_reconnect_costs_no_sale(till: Till, small: EmbeddedPgBouncer) -> None:
    assert_settled(till, sold_meanwhile(till, lambda: small.tell("RECONNECT")))


def test_a_pooler_that_is_killed_and_comes_back_costs_no_sale(
    till: Till, small: EmbeddedPgBouncer, served: Served
) -> None:
    def kill() -> None:
        small.kill()
        small.start_again()

    assert_settled(till, sold_meanwhile(till, kill))
    said = Path(served.environ["RINGUP_HOME"], "beat.log").read_text()
    assert "Traceback" not in said
    assert "Cannot calculate the next run" not in said
