"""An unpaid order waits for stock as long as it would be held for, and no longer, also where nothing is held for it.

The whole way: a web server, workers, and beat that finds what has lapsed. Time passes in the database's columns.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import pytest_django
import redis

from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.roles import Role
from project.stack.embedded.child import wait_until
from project.stack.servers import Servers, passing_database
from tests.support.database import broker_database, connected_to
from tests.support.network.web import WebClient
from tests.support.processes.served import serving
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

HELD_S = 600
WITHIN_S = 60
ON_THE_SHELF = 10


@pytest.fixture(scope="module")
def whole_stack(
    servers: Servers,
    template_database: str,
    copies: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Iterator[str]:
    """Its address; whoever is in it is connected to its database."""
    broker_url = broker_database(servers.broker_url, 13)
    with (
        passing_database(servers.database_url, template=f"{template_database} {copies}") as url,
        django_db_blocker.unblock(),
        serving(
            database_url=url,
            broker_url=broker_url,
            home=tmp_path_factory.mktemp("waits"),
            roles=("web", "worker", "worker-io", "beat"),
        ) as served,
        connected_to(url),
    ):
        yield served.url
    with redis.Redis.from_url(broker_url) as broker:
        broker.flushdb()


@pytest.fixture
def chain(whole_stack: str, request: pytest.FixtureRequest) -> Chain:
    """A shop of this test's own."""
    name = request.node.name.removeprefix("test_")[:30]
    return open_chain(shop_code=name, other_code=f"{name}-2", client=WebClient(whole_stack))


@pytest.fixture
def till(chain: Chain) -> Till:
    return chain.tills[Role.SUPERVISOR]


def done(till: Till, path: str, body: Any, *, key: str) -> Any:
    """The result of a command that applies."""
    command = till.post(path, body, key=key, wait=10).body
    while command["state"] == "pending":
        command = till.get(f"/commands/{command['id']}", Prefer="wait=10").body
    assert command["state"] == "succeeded", command
    return command["result"]


def waiting(till: Till, quantity: int, *, sku: str = "TEA-80") -> UUID:
    order_id = till.sell((sku, quantity), fulfilment="shipment")
    done(till, f"/orders/{order_id}/reserve", {"shortage": "backorder", "expires_in_s": HELD_S}, key=f"r {order_id}")
    return order_id


def taken_by_another(till: Till) -> None:
    """All that is on the shelf, for good."""
    done(till, f"/orders/{till.sell(('TEA-80', ON_THE_SHELF))}/reserve", {}, key="another")


def awaits_until(till: Till, order_id: UUID) -> datetime | None:
    """As the order tells it."""
    told = till.get(f"/orders/{order_id}").body["awaits_until"]
    return datetime.fromisoformat(told) if told else None


def time_passes(order_id: UUID) -> None:
    """Hours, for what the order holds and for what it waits for."""
    ago = "now() - interval '1 min'"
    for table, column, whose in (("orders_order", "awaits_until", "id"), ("inventory_hold", "expires_at", "order_id")):
        update = f"UPDATE {table} SET {column} = {ago} WHERE {whose} = %s AND {column} IS NOT NULL"
        cursor().execute(update.encode(), (order_id,))


def ends(till: Till, order_id: UUID) -> None:
    """By itself: nobody asks anything of the order."""
    assert wait_until(lambda: till.get(f"/orders/{order_id}").body["status"] == "draft", seconds=WITHIN_S)
    found = till.get(f"/orders/{order_id}").body
    assert ([line["backordered_quantity"] for line in found["lines"]], found["holds"]) == ([0], [])
    newest = till.get(f"/orders/{order_id}/history").body["items"][-1]
    assert (newest["kind"], newest["reason"], newest["terminal"]) == ("release", "hold_expired", "expire_holds")
    assert awaits_until(till, order_id) is None
    assert audit() == []


def test_nothing_is_held_for_it(till: Till) -> None:
    taken_by_another(till)
    order_id = waiting(till, 3)
    assert till.get(f"/orders/{order_id}").body["holds"] == []
    time_passes(order_id)
    ends(till, order_id)


def test_some_is_held_for_it(till: Till, chain: Chain) -> None:
    order_id = waiting(till, ON_THE_SHELF + 3)
    (hold,) = till.get(f"/orders/{order_id}").body["holds"]
    assert datetime.fromisoformat(hold["expires_at"]) == awaits_until(till, order_id)
    time_passes(order_id)
    ends(till, order_id)
    assert chain.shop.level("TEA-80") == (ON_THE_SHELF, 0)


def test_what_it_held_gave_way(till: Till, chain: Chain) -> None:
    order_id = waiting(till, 3)
    (hold,) = till.get(f"/orders/{order_id}").body["holds"]
    assert awaits_until(till, order_id) is None
    items = [{"sku": "TEA-80", "quantity": 0}]
    done(chain.tills[Role.BACKOFFICE], "/inventory/count", {"items": items, "shortage": "release"}, key="count")
    assert till.get(f"/orders/{order_id}").body["holds"] == []
    assert awaits_until(till, order_id) == datetime.fromisoformat(hold["expires_at"])
    time_passes(order_id)
    ends(till, order_id)


def test_a_pay_comes_too_late_for_its_place(till: Till) -> None:
    """Nobody waits for beat: what has lapsed is released before the pay, which finds a draft and too little."""
    taken_by_another(till)
    order_id = waiting(till, 3)
    time_passes(order_id)
    tenders = [{"method": "card", "amount_minor": 3 * PRICE_MINOR}]
    paid = till.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="pay", wait=10).body
    assert paid["outcome"]["code"] == "hold_expired"
    ends(till, order_id)


def test_it_is_extended(till: Till) -> None:
    taken_by_another(till)
    order_id = waiting(till, 3)
    before = awaits_until(till, order_id)
    result = done(till, f"/orders/{order_id}/extend", {"expires_in_s": 10 * HELD_S}, key="extend")
    until = awaits_until(till, order_id)
    assert before
    assert until == datetime.fromisoformat(result["expires_at"]) > before
    time_passes(order_id)
    ends(till, order_id)


@pytest.mark.parametrize(
    ("amount_minor", "partial", "payment_status"),
    [
        pytest.param(PRICE_MINOR, True, "partially_paid", id="deposit"),
        pytest.param(3 * PRICE_MINOR, False, "paid", id="all"),
    ],
)
def test_money_keeps_its_place(till: Till, amount_minor: int, partial: bool, payment_status: str) -> None:
    taken_by_another(till)
    order_id, other_id = waiting(till, 3), waiting(till, 1)
    body = {"tenders": [{"method": "card", "amount_minor": amount_minor}], "partial": partial}
    done(till, f"/orders/{order_id}/pay", body, key="pay")
    assert awaits_until(till, order_id) is None
    time_passes(order_id)
    time_passes(other_id)
    ends(till, other_id)
    found = till.get(f"/orders/{order_id}").body
    assert (found["status"], found["payment_status"]) == ("processing", payment_status)
    assert [line["backordered_quantity"] for line in found["lines"]] == [3]


def test_goods_come_before(till: Till, chain: Chain) -> None:
    """Some, which lapse when the rest of the wait does, and then all: what is held for it is all that lapses."""
    taken_by_another(till)
    order_id = waiting(till, 3)
    until = awaits_until(till, order_id)
    assert until
    for quantity, rest in ((1, until), (2, None)):
        items = [{"sku": "TEA-80", "quantity": quantity}]
        done(chain.tills[Role.BACKOFFICE], "/inventory/receive", {"items": items}, key=f"receive {quantity}")
        assert wait_until(partial(holds, till, order_id, quantity=1 if rest else 3), seconds=WITHIN_S)
        ends_at = {hold["expires_at"] for hold in till.get(f"/orders/{order_id}").body["holds"]}
        assert set(map(datetime.fromisoformat, ends_at)) == {until}
        assert awaits_until(till, order_id) == rest
    time_passes(order_id)
    ends(till, order_id)


def holds(till: Till, order_id: UUID, *, quantity: int) -> bool:
    found: list[int] = [hold["quantity"] for hold in till.get(f"/orders/{order_id}").body["holds"]]
    return sum(found) == quantity
