"""What a ring does about rows that somebody has locked: it waits, parks nothing, and settles what it can."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from pytest_django.fixtures import Settings

from orders.models import Command
from tests.support.shop import open_shop, state, states
from workers.run import run


@pytest.fixture(autouse=True)
def _waits_briefly(settings: Settings) -> None:
    settings.LOCK_TIMEOUT_MS = 200


@contextmanager
def locked(url: str, rows: str, *params: object) -> Iterator[None]:
    """Somebody else has these rows, and does not let them go."""
    with psycopg.connect(url) as somebody:
        somebody.execute(f"SELECT FROM {rows} FOR UPDATE", params)
        yield
        somebody.rollback()


def test_a_locked_order_is_left_pending_and_nothing_is_parked_for_it(own_database: str) -> None:
    order_id, command_id = open_shop().sale()
    with locked(own_database, "orders_order"), pytest.raises(psycopg.errors.LockNotAvailable):
        run([order_id])
    assert state(command_id) == "pending"
    assert run([order_id]) == []
    assert state(command_id) == "applied"


def test_one_locked_order_does_not_hold_up_the_others_of_its_ring(own_database: str) -> None:
    shop = open_shop()
    (locked_id, waiting), *others = [shop.sale(("POSTAGE", 1)) for _ in range(12)]
    rung = [locked_id, *(order_id for order_id, _ in others)]
    with (
        locked(own_database, "orders_order WHERE id = %s", locked_id),
        pytest.raises(psycopg.errors.LockNotAvailable),
    ):
        run(rung)
    assert states([command_id for _, command_id in others]) == ["applied"] * 11
    assert state(waiting) == "pending"
    assert Command.objects.get(id=waiting).attempts == 0


def test_a_locked_level_does_not_hold_up_orders_without_its_product(own_database: str) -> None:
    """Helping drags the order in that needs the level."""
    shop = open_shop()
    _, tea = shop.sale(("TEA-80", 1))
    mug_order, mug = shop.sale(("MUG-RED", 1))
    tea_level = "inventory_stocklevel WHERE product_id = (SELECT id FROM inventory_product WHERE sku = 'TEA-80')"
    with locked(own_database, tea_level):
        assert run([mug_order]) == []
    assert states([tea, mug]) == ["pending", "applied"]


def test_one_locked_level_does_not_hold_up_the_others_of_its_ring(own_database: str) -> None:
    shop = open_shop()
    sales = [shop.sale((sku, 1)) for sku in ("MUG-RED", "TEA-80", "SCARF-BLUE", "TEA-80")]
    tea_level = "inventory_stocklevel WHERE product_id = (SELECT id FROM inventory_product WHERE sku = 'TEA-80')"
    with locked(own_database, tea_level), pytest.raises(psycopg.errors.LockNotAvailable):
        run([order_id for order_id, _ in sales])
    assert states([command_id for _, command_id in sales]) == ["applied", "pending", "applied", "pending"]
