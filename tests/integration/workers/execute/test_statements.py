"""A batch costs the same number of SQL statements, whatever its size. They are counted on their way to the server."""

from collections.abc import Callable
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, states
from workers.authorize import authorize_payments

STATEMENTS_MAX = 26
IDLE_STATEMENTS_MAX = 14


@pytest.fixture(autouse=True)
def _has_room_to_help(settings: Settings) -> None:
    """A full batch does not look for further orders, which saves it two statements."""
    settings.COMMAND_BATCH_MAX = 201


def statements(database_url: str, commands: list[UUID], order_ids: list[UUID]) -> int:
    """How many settling these commands takes, over a connection that is there already."""
    with proxied(database_url) as proxy, connected_to(proxy.url):
        execute([], helps=False)
        before = proxy.statements
        assert sorted(execute(order_ids).settled) == sorted(commands)
        return proxy.statements - before


def each_size(database_url: str, submit: Callable[[Shop], tuple[UUID, UUID]], *, code: str = "corner") -> set[int]:
    """The numbers of statements that 1, 10 and 100 commands take."""
    shop = open_shop(code, shelf={"TEA-80": 1_000, "MUG-RED": 1_000, "SCARF-BLUE": 1_000}, numbers=500)
    counted = set()
    for size in (1, 10, 100):
        submitted = [submit(shop) for _ in range(size)]
        commands = [command_id for _, command_id in submitted]
        counted.add(statements(database_url, commands, [order_id for order_id, _ in submitted]))
        assert set(states(commands)) == {"applied"}
    return counted


def test_sales(own_database: str) -> None:
    (count,) = each_size(own_database, lambda shop: shop.sale(("TEA-80", 1), ("MUG-RED", 2), ("POSTAGE", 1)))
    assert count <= STATEMENTS_MAX


def test_reservations(own_database: str) -> None:
    def reserve(shop: Shop) -> tuple[UUID, UUID]:
        order_id = shop.order(("TEA-80", 1), ("MUG-RED", 2))
        return order_id, shop.submit(Kind.RESERVE, order_id, expires_in_s=60)

    (count,) = each_size(own_database, reserve)
    assert count <= STATEMENTS_MAX


def test_online_payments_before_and_after_they_are_authorized(own_database: str) -> None:
    """One statement more than a sale: what has to be asked for is written together, and what has to be captured."""
    shop = open_shop(shelf={"TEA-80": 1_000}, numbers=500)
    waits, sales = set(), set()
    with banking():
        for size in (1, 10, 100):
            orders = [shop.order(("TEA-80", 1)) for _ in range(size)]
            paid = [shop.submit(Kind.PAY, id_, tenders=[online(PRICE_MINOR)]) for id_ in orders]
            waits.add(statements(own_database, [], orders))
            while authorize_payments():
                pass
            sales.add(statements(own_database, paid, orders))
            assert set(states(paid)) == {"applied"}
    (offline,) = each_size(own_database, lambda shop: shop.sale(("TEA-80", 1)), code="offline")
    assert sales == {offline + 1}
    assert len(waits) == 1
    assert max(waits) <= offline + 1


def counted(database_url: str, rung: list[UUID | int]) -> int:
    """How many settling takes, whatever it makes besides."""
    with proxied(database_url) as proxy, connected_to(proxy.url):
        execute([], helps=False)
        before = proxy.statements
        assert execute(rung).settled
        return proxy.statements - before


def test_sales_of_what_others_have_lost_to_time(own_database: str) -> None:
    counts = set()
    for size in (1, 10, 100):
        shop = open_shop(f"shop-{size}", shelf={"TEA-80": size})
        for _ in range(size):
            shop.submit(Kind.RESERVE, shop.order(("TEA-80", 1)), expires_in_s=600)
        execute([])
        cursor().execute("UPDATE inventory_hold SET expires_at = now() - interval '1 s'")
        sales = [shop.sale() for _ in range(size)]
        counts.add(counted(own_database, [order_id for order_id, _ in sales]))
        assert set(states([pay for _, pay in sales])) == {"applied"}
    assert len(counts) == 1


def test_counts_that_others_give_way_to(own_database: str) -> None:
    counts = set()
    for size in (1, 10, 100):
        shop = open_shop(f"shop-{size}", shelf={"TEA-80": 2 * size})
        for number in range(size):
            shop.submit(Kind.RESERVE, shop.order(("TEA-80", 1)))
            shop.submit(Kind.HOLD, reference=f"WEB-{number}", items=[{"sku": "TEA-80", "quantity": 1}])
        execute([])
        items = [{"sku": "TEA-80", "quantity": -2, "location": "shop"}]
        adjusted = [shop.submit(Kind.ADJUST, items=items, reason="gone", shortage="release") for _ in range(size)]
        counts.add(counted(own_database, [shop.store_id]))
        assert set(states(adjusted)) == {"applied"}
        assert shop.level("TEA-80") == (0, 0)
    assert len(counts) == 1


def test_an_idle_ring_is_cheap(own_database: str) -> None:
    """A duplicate message costs a look."""
    shop = open_shop()
    order_id, command_id = shop.sale()
    execute([order_id])
    assert statements(own_database, [], [order_id]) <= IDLE_STATEMENTS_MAX
    assert states([command_id]) == ["applied"]


def test_what_comes_back(own_database: str) -> None:
    """As many as of a sale, which takes a number too."""
    lines = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]

    def give_back(shop: Shop) -> tuple[UUID, UUID]:
        order_id, _ = shop.sale(("TEA-80", 1))
        execute([order_id], helps=False)
        return order_id, shop.submit(Kind.RETURN, order_id, lines=lines)

    (count,) = each_size(own_database, give_back)
    assert count <= STATEMENTS_MAX
