"""What a call asks of the database, counted on its way to the server."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from orders.commands.core.roles import Role
from orders.terminals.db.keys import create_terminal
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


@pytest.fixture
def shop(own_database: str, fresh_broker: str, settings: Settings) -> Shop:
    settings.BROKER_URL = fresh_broker
    settings.COMMANDS_PENDING_MAX = 0  # of some hundred commands one asks how many wait
    return open_shop()


@pytest.fixture
def count(shop: Shop, own_database: str) -> Iterator[Callable[[Callable[[Till], Answer]], int]]:
    """How many statements a call takes, over a connection that is there already and a key that was used before."""
    till = Till(create_terminal(store_id=shop.store_id, name="Back office", role=Role.BACKOFFICE))
    with proxied(own_database) as proxy, connected_to(proxy.url):
        till.get("/terminals/me")

        def counted(call: Callable[[Till], Answer]) -> int:
            before = proxy.statements
            answer = call(till)
            assert answer.status in (200, 201, 202), answer
            return proxy.statements - before

        yield counted


def sale(n: int) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": 1} for sku in ("TEA-80", "MUG-RED", "SCARF-BLUE")]
    order = {"id": str(uuid4()), "currency": "GBP", "fulfilment": "immediate", "lines": lines}
    return {"key": f"sale {n} {uuid4()}", "kind": "pay", "order": order, "body": CARD}


def bulk(size: int) -> list[dict[str, Any]]:
    receive = {"items": [{"sku": "TEA-80", "quantity": 1, "location": "shop"}]}
    return [*map(sale, range(size)), {"key": f"goods {uuid4()}", "kind": "receive", "body": receive}]


def post_commands(items: list[dict[str, Any]], till: Till) -> Answer:
    return till.post("/commands", items)


def test_a_bulk_request_of_any_size_takes_two(count: Callable[[Callable[[Till], Answer]], int]) -> None:
    """What is named, with who calls; and what is stored: new orders with their commands, in one statement or not at
    all. The terminal called a moment ago, or it would be looked up before."""
    for size in (0, 1, 10, 100):
        assert count(partial(post_commands, bulk(size))) == 2, size


def test_a_bulk_request_that_came_before_takes_one(count: Callable[[Callable[[Till], Answer]], int]) -> None:
    again = partial(post_commands, bulk(100))
    count(again)
    assert count(again) == 1


def test_an_order_takes_two_and_its_payment_one(count: Callable[[Callable[[Till], Answer]], int]) -> None:
    """Who calls is found out with the first of them."""
    order = sale(1)["order"]
    pay = f"/orders/{order['id']}/pay"
    assert count(lambda till: till.post("/orders", order)) == 2
    assert count(lambda till: till.post(pay, CARD, key="sale-1")) == 1
    assert count(lambda till: till.post(pay, CARD, key="sale-1")) == 5


def test_lists_take_the_same_number_whatever_they_show(
    count: Callable[[Callable[[Till], Answer]], int], shop: Shop
) -> None:
    shop.order(("TEA-80", 1))
    for_one = count(lambda till: till.get("/orders"))
    for _ in range(20):
        shop.order(("TEA-80", 1), ("MUG-RED", 1))
    assert count(lambda till: till.get("/orders")) == for_one <= 10, "three of them make it one snapshot"
    assert count(lambda till: till.get("/inventory/items")) == 3
    assert count(lambda till: till.get("/inventory/movements")) == 2


@pytest.mark.parametrize("lines", [1, 50])
def test_a_receipt_takes_two(count: Callable[[Callable[[Till], Answer]], int], shop: Shop, lines: int) -> None:
    """The terminal, and the order with all that is on its receipt: as of one instant."""
    order_id = shop.order(*[("POSTAGE", 1)] * lines)
    assert count(lambda till: till.get(f"/orders/{order_id}/receipt")) == 2
