"""Holds that lapse are released once, by commands like any other's."""

from datetime import timedelta
from uuid import UUID

import pytest

from base.sql.clock import Heard
from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db import repair
from orders.models import Command, Order, StatusChange
from tests.support.network.threads import PATIENCE_S, begin
from tests.support.shop.poison import poison
from tests.support.shop.rung import execute, freed, run
from tests.support.shop.shop import Shop, open_shop, states
from workers.expire import expire_holds

pytestmark = pytest.mark.usefixtures("own_database")


def lapse() -> None:
    """The time of every hold that has one is over."""
    cursor().execute("UPDATE inventory_hold SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL")


def reserved(shop: Shop, **order: str) -> UUID:
    order_id = shop.order(("TEA-80", 4), **order)
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    assert shop.level("TEA-80") == (10, 4)
    return order_id


def released() -> list[str]:
    commands = Command.objects.filter(issued_by="expire_holds").order_by("seq")
    return states(list(commands.values_list("id", flat=True)))


def test_a_lapsed_hold_is_released_once() -> None:
    shop = open_shop()
    order_id = reserved(shop)
    assert expire_holds() == 0
    lapse()
    assert [expire_holds(), expire_holds()] == [1, 0]
    execute([])
    assert expire_holds() == 0
    assert released() == ["applied"]
    assert shop.level("TEA-80") == (10, 0)
    assert list(StatusChange.objects.filter(order_id=order_id).values_list("kind", "reason").order_by("id"))[1:] == [
        ("release", "hold_expired")
    ]
    assert audit() == []


def test_a_till_that_writes_the_reason_gets_nothing_by_it() -> None:
    shop = open_shop()
    order_id = reserved(shop)
    shop.submit(Kind.RELEASE, order_id, reason="hold_expired", lapsed=True)
    shop.submit(Kind.HOLD, reference="WEB-1", items=[{"sku": "MUG-RED", "quantity": 1}])
    shop.submit(Kind.RELEASE_HOLD, reference="WEB-1", items=[], reason="hold_expired", lapsed=True)
    commit = shop.submit(Kind.COMMIT_HOLD, reference="WEB-1", items=[{"sku": "MUG-RED", "quantity": 1}])
    execute([order_id, shop.store_id])
    assert states([commit]) == ["hold_not_found"]
    assert Order.objects.get().hold_expired_at is None


@pytest.mark.parametrize("swept", [True, False])
def test_a_pay_finds_what_has_lapsed_released(swept: bool) -> None:
    shop = open_shop()
    order_id = reserved(shop)
    lapse()
    assert not swept or expire_holds()
    paid = shop.pay(order_id)
    execute([order_id])
    assert states([paid]) == ["applied"]
    assert shop.level("TEA-80") == (6, 0)
    history = StatusChange.objects.filter(order_id=order_id).order_by("id")
    assert list(history.values_list("kind", "from_status", "to_status", "terminal"))[1:] == [
        ("release", "processing", "draft", "expire_holds"),
        ("pay", "draft", "paid", shop.caller.name),
    ]
    assert audit() == []


@pytest.mark.parametrize("swept", [True, False])
def test_what_is_held_under_a_reference_lapses_item_by_item(swept: bool) -> None:
    shop = open_shop()
    tea, mug = ([{"sku": sku, "quantity": 1}] for sku in ("TEA-80", "MUG-RED"))
    shop.submit(Kind.HOLD, reference="WEB-1", items=tea, expires_in_s=600)
    shop.submit(Kind.HOLD, reference="WEB-1", items=mug)
    execute([shop.store_id])
    lapse()
    if swept:
        expire_holds()
        execute([shop.store_id])
    commands = [
        shop.submit(Kind.COMMIT_HOLD, reference="WEB-1", items=items) for items in (tea, mug, [*tea, *mug], mug)
    ]
    held = shop.submit(Kind.HOLD, reference="WEB-1", items=tea)
    commands += [held, *(shop.submit(Kind.COMMIT_HOLD, reference="WEB-1", items=tea) for _ in range(2))]
    execute([shop.store_id])
    assert states(commands) == [
        "hold_expired",
        "applied",
        "hold_not_found",
        "hold_not_found",
        "applied",
        "applied",
        "hold_not_found",
    ]
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((9, 0), (9, 0))
    assert audit() == []


def test_two_at_once_release_it_once() -> None:
    shop = open_shop()
    reserved(shop)
    lapse()
    both = [begin(expire_holds) for _ in range(2)]
    assert sorted(future.result(PATIENCE_S) for future in both) == [0, 1]
    execute([])
    assert released() == ["applied"]


def test_a_hold_that_is_taken_again_lapses_again() -> None:
    shop = open_shop()
    order_id = reserved(shop)
    lapse()
    expire_holds()
    execute([order_id])
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    lapse()
    assert expire_holds() == 1
    execute([order_id])
    assert released() == ["applied", "applied"]
    assert shop.level("TEA-80") == (10, 0)


def test_who_pays_in_time_keeps_the_goods() -> None:
    """The release was accepted first, and finds nothing that has lapsed."""
    shop = open_shop()
    order_id = reserved(shop, fulfilment="shipment")
    shop.pay(order_id)
    execute([order_id])
    lapse()
    assert expire_holds() == 0
    assert shop.level("TEA-80") == (10, 4)


def test_what_remains_of_an_order_that_is_being_shipped_no_longer_lapses() -> None:
    """It cannot be released any more, so its lapsed hold would be looked at for ever."""
    shop = open_shop()
    order_id = reserved(shop, fulfilment="shipment", payment_terms="on_account")
    (line_id,) = cursor().execute("SELECT id FROM orders_orderline").fetchone() or ()
    shop.submit(Kind.FULFILL, order_id, lines=[{"line_id": str(line_id), "quantity": 1}])
    execute([order_id])
    assert shop.level("TEA-80") == (9, 3)
    lapse()
    assert expire_holds() == 0
    rest = shop.submit(Kind.FULFILL, order_id)
    execute([order_id])
    assert states([rest]) == ["applied"]
    assert shop.level("TEA-80") == (6, 0)


def test_long_references_that_begin_alike_are_both_released() -> None:
    shop = open_shop()
    for reference in ("R" * 254 + "1", "R" * 254 + "2"):
        shop.submit(Kind.HOLD, reference=reference, items=[{"sku": "TEA-80", "quantity": 2}], expires_in_s=600)
    execute([shop.store_id])
    assert shop.level("TEA-80") == (10, 4)
    lapse()
    assert expire_holds() == 2
    execute([shop.store_id])
    assert shop.level("TEA-80") == (10, 0)
    assert audit() == []


@pytest.mark.parametrize("subject", ["order", "reference"])
def test_a_release_that_was_given_up_is_tried_again(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the goods would be held for ever: the hold's end does not change, and so its key would not."""
    shop = open_shop()
    rung: UUID | int = shop.store_id
    if subject == "order":
        rung = reserved(shop)
    else:
        shop.submit(Kind.HOLD, reference="WEB-7", items=[{"sku": "TEA-80", "quantity": 4}], expires_in_s=600)
        execute([rung])
    lapse()
    for tries in (1, 2):
        assert [expire_holds(), expire_holds()] == [1, 0]
        release = Command.objects.filter(issued_by="expire_holds").latest("seq").id
        with monkeypatch.context() as patch:
            poison(patch, {release})
            run([rung])
        assert released() == ["dismissed"] * (tries - 1) + ["parked"]
        assert expire_holds() == 0, "it waits for an operator"
        assert freed(repair.dismiss(shop.store_id, release, by="olga")) == []
    assert expire_holds() == 1
    run([rung])
    assert expire_holds() == 0
    assert released() == ["dismissed", "dismissed", "applied"]
    assert shop.level("TEA-80") == (10, 0)
    assert audit() == []


def test_a_release_that_came_too_early_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another database took over, whose clock is behind."""
    shop = open_shop()
    order_id = reserved(shop)
    lapse()
    assert expire_holds() == 1
    with monkeypatch.context() as patch:
        patch.setattr(Heard, "now", lambda heard: heard.at - timedelta(seconds=30))
        execute([order_id])
    assert released() == ["hold_not_found"]
    assert expire_holds() == 1
    execute([order_id])
    assert released() == ["hold_not_found", "applied"]
    assert shop.level("TEA-80") == (10, 0)
