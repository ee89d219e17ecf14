"""Lists are read from a standby that has all, and from the leader where it has not: a till never sees its own past."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
import pytest_django
from django.db import connections

from base.sql import standby as reading
from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.feed.db import horizon
from project.database import databases
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from project.stack.servers import Servers
from tests.support.database import connected_to
from tests.support.processes.migrated import migrate
from tests.support.processes.standby import Standby, leading, standby_of
from tests.support.shop.chain import Chain, open_chain

PATIENCE_S = 60


@pytest.fixture(scope="module")
def leader(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One of this module's own, since it has a standby."""
    with leading(tmp_path_factory.mktemp("leader"), log_statement="all") as leader:
        migrate(leader.url, broker_url=servers.broker_url)
        yield leader


@pytest.fixture(scope="module")
def standby(leader: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standby]:
    with standby_of(leader, tmp_path_factory.mktemp("standby") / "home") as standby:
        yield standby


@pytest.fixture(scope="module")
def chain(
    leader: EmbeddedPostgres, standby: Standby, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Chain]:
    with django_db_blocker.unblock(), connected_to(leader.url):
        its = databases(leader.url, standby.url)[reading.ALIAS]
        both = {"default": connections.settings["default"], reading.ALIAS: its}
        connections.settings = connections.configure_settings(both)
        yield open_chain()
        connections[reading.ALIAS].close()
        del connections[reading.ALIAS]


@pytest.fixture(autouse=True)
def _asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was late is asked by the next who comes, and waited for as long as it takes on a busy machine."""
    monkeypatch.setattr(reading, "LEFT_ALONE_FOR_S", 0.0)
    monkeypatch.setattr(reading, "CATCHES_UP_WITHIN_S", 5.0)


@pytest.fixture
def asked(standby: Standby) -> Callable[[str], int]:
    """How often the standby was asked for something of a table."""
    return lambda table: standby.log.read_text().count(f"FROM {table}")


@pytest.fixture
def paused(standby: Standby, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reading, "CATCHES_UP_WITHIN_S", 0.02)
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        asked = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        cursor().execute("SELECT pg_switch_wal()")
        assert wait_until(lambda: connection.execute(asked).fetchone() == (True,), seconds=PATIENCE_S)
        yield
        connection.execute("SELECT pg_wal_replay_resume()")


def test_a_till_finds_what_it_has_just_made_on_the_standby(chain: Chain, asked: Callable[[str], int]) -> None:
    till, before = chain.tills[Role.POS], asked("orders_order")
    for _ in range(5):
        order_id = till.sell()
        assert till.get("/orders?limit=1").body["items"][0]["id"] == str(order_id)
    assert asked("orders_order") >= before + 5


@pytest.mark.usefixtures("paused")
def test_while_it_is_late_the_leader_is_asked(chain: Chain, asked: Callable[[str], int]) -> None:
    till, before = chain.tills[Role.POS], asked("orders_order")
    order_id = till.sell()
    assert till.get("/orders?limit=1").body["items"][0]["id"] == str(order_id)
    feed = till.get("/changes?limit=200")
    assert (feed.status, str(order_id) in str(feed.body)) == (200, True)
    assert asked("orders_order") == before


def test_the_feed_is_told_by_the_standby(chain: Chain, asked: Callable[[str], int]) -> None:
    till = chain.tills[Role.AUDITOR]
    order_id = chain.tills[Role.POS].sell()
    before = asked("orders_feedepoch")
    feed = till.get("/changes?limit=200")
    assert str(order_id) in {item["id"] for item in feed.body["items"] if item["kind"] == "order"}
    assert till.get(f"/changes?after={feed.body['next_cursor']}").status == 200
    assert asked("orders_feedepoch") > before


def test_one_that_is_of_another_leader_is_not_asked(chain: Chain, asked: Callable[[str], int]) -> None:
    """It may be as far, in what the leader never wrote."""
    till = chain.tills[Role.POS]
    cursor().execute("UPDATE orders_feedepoch SET timeline = '0000002A', made_in = pg_current_xact_id()::text::bigint")
    before = asked("orders_order ")
    assert till.get("/orders?limit=1").status == 200
    assert asked("orders_order ") == before
    horizon.horizon()


def test_without_it_the_leader_is_asked(chain: Chain, standby: Standby) -> None:
    till = chain.tills[Role.POS]
    assert till.get("/orders?limit=1").status == 200
    standby.stop()
    order_id = till.sell()
    assert till.get("/orders?limit=1").body["items"][0]["id"] == str(order_id)
    standby.start()
    assert till.get("/orders?limit=1").body["items"][0]["id"] == str(order_id)
