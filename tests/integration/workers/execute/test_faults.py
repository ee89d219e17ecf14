"""What a ring does about rows that somebody has locked: it waits, parks nothing, and settles what it can."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from base.sql import retry_transient as retrying
from base.sql.sets import cursor
from orders.journal.core.batch import OrderSubject
from orders.models import Command
from tests.support.database import connected_to
from tests.support.shop.poison import poison
from tests.support.shop.rung import run
from tests.support.shop.shop import open_shop, state, states
from workers.isolate import isolate


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


def test_what_it_failed_for_alone_is_noted(own_database: str) -> None:
    order_id, command_id = open_shop().sale()
    with locked(own_database, "orders_order"), pytest.raises(psycopg.errors.LockNotAvailable):
        isolate([OrderSubject(order_id)], lock_timeout_ms=20)
    found = Command.objects.get(id=command_id)
    assert "lock timeout" in found.last_error
    assert (found.attempts, found.state) == (1, "pending")


def test_a_connection_that_was_lost_is_left(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes next gets another one: nobody else would close it."""
    rung = [order_id for order_id, _ in (open_shop().sale(), open_shop("harbour").sale())]
    faults = [psycopg.errors.LockNotAvailable("somebody has it"), psycopg.OperationalError("it broke off")]
    monkeypatch.setattr(retrying, "PAUSES_MAX_S", ())

    def fails(*_: object, **__: object) -> None:
        connection.ensure_connection()
        raise faults.pop(0)

    monkeypatch.setattr("workers.run.execute", fails)
    with pytest.raises(psycopg.OperationalError, match="it broke off"):
        run(rung)
    assert connection.connection is None


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


PATIENT_FOR_LOCKS_ALONE = "options=-c%20lock_timeout%3D9000%20-c%20statement_timeout%3D500"
"""A wait that nothing else limits is told apart by how it ends: with the statement (57014), not the lock (55P03)."""


def patient_for_locks_alone(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{PATIENT_FOR_LOCKS_ALONE}"


def divide_by_zero() -> None:
    """A fault that does not pass, and after which the connection is closed."""
    cursor().execute("SELECT 1 / 0")


@pytest.mark.parametrize("suspected", [False, True], ids=["fails now", "failed before"])
def test_the_limit_on_locks_outlives_a_command_that_is_isolated(
    suspected: bool, own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "PAUSES_MAX_S", ())
    shop = open_shop()
    (poisonous, parked), (locked_id, waiting), (last_id, last) = [shop.sale(("POSTAGE", 1)) for _ in range(3)]
    Command.objects.filter(id=parked).update(attempts=int(suspected))
    poison(monkeypatch, {parked}, first=divide_by_zero)
    with (
        locked(own_database, "orders_order WHERE id = %s", locked_id),
        connected_to(patient_for_locks_alone(own_database)),
        pytest.raises(psycopg.errors.LockNotAvailable),
    ):
        run([poisonous, locked_id, last_id])
    assert states([parked, waiting, last]) == ["parked", "pending", "applied"]


def test_a_locked_command_that_failed_before_does_not_hold_up_the_others(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its isolation meets the lock: the others of its ring are settled all the same."""
    monkeypatch.setattr(retrying, "PAUSES_MAX_S", ())
    shop = open_shop()
    (first_id, first), (second_id, second), (last_id, last) = [
        shop.sale((sku, 1)) for sku in ("TEA-80", "TEA-80", "POSTAGE")
    ]
    Command.objects.filter(id=second).update(attempts=1)
    tea_level = "inventory_stocklevel WHERE product_id = (SELECT id FROM inventory_product WHERE sku = 'TEA-80')"
    with (
        locked(own_database, tea_level),
        connected_to(patient_for_locks_alone(own_database)),
        pytest.raises(psycopg.errors.LockNotAvailable),
    ):
        run([first_id, second_id, last_id])
    assert states([first, second, last]) == ["pending", "pending", "applied"]
