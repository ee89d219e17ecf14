"""A person is forgotten just as a worker carries out what bears the name, and as another person is."""

import pytest
from django.utils import timezone

from orders.commands.core.machine import Kind
from orders.drawers.db.save import save_moved
from orders.models import Repair
from tests.support.network.race import race
from tests.support.network.statements import stopped_before
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.names import forget, where_it_stands
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from workers import drawers

NAME = "Erika Müller"


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


def test_what_is_being_sold_just_then_is_forgotten_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has read the name, and writes it yet."""
    order_id = shop.order(("TEA-80", 1))
    card = {"method": "card", "amount_minor": PRICE_MINOR, "reference": NAME}
    shop.submit(Kind.PAY, order_id, tenders=[card])
    race(monkeypatch, lambda: execute([order_id], helps=False), lambda: forget(NAME))
    assert list(where_it_stands("müller")) == []


def test_what_is_being_written_off_just_then_is_forgotten_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"sku": "TEA-80", "quantity": 1, "location": "shop"}]
    shop.submit(Kind.WRITE_OFF, items=items, reason=f"broken by {NAME}")
    race(monkeypatch, lambda: execute([shop.store_id], helps=False), lambda: forget(NAME))
    assert list(where_it_stands("müller")) == []


def test_what_is_being_taken_from_a_drawer_just_then_is_forgotten_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = shop.caller.terminal_id
    shop.submit(Kind.DRAWER_OPEN, drawer_id=till, float_minor=1_000)
    run_drawer(till)
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=till, amount_minor=-500, reason=f"lent to {NAME}")
    gate = Gate()
    monkeypatch.setattr(drawers, "save_moved", gate.before(save_moved))
    moving = begin(lambda: run_drawer(till))
    gate.wait_reached()
    going = begin(lambda: forget(NAME))
    until_done_or_waiting(going)
    gate.open()
    moving.result(PATIENCE_S)
    going.result(PATIENCE_S)
    assert list(where_it_stands("müller")) == []


def test_of_two_who_are_forgotten_at_once_neither_comes_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stand in one row, which is read, and then written."""
    both = f"for {NAME} and Bo Li"
    command_id, now = shop.sale()[1], timezone.now()
    repair = Repair.objects.create(
        store_id=shop.store_id, command_id=command_id, act="retry", by="olga", reason=both, at=now
    )
    gate = Gate()
    stopped_before(monkeypatch, gate, about="UPDATE orders_repair AS written")
    first = begin(lambda: forget(NAME))
    gate.wait_reached()
    second = begin(lambda: forget("Bo Li"))
    until_done_or_waiting(second)
    gate.open()
    first.result(PATIENCE_S)
    second.result(PATIENCE_S)
    repair.refresh_from_db()
    assert repair.reason == "for *** and ***"
