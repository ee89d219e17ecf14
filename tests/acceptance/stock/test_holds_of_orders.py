"""POST /orders/{id}/extend, and the life of an order's holds as its terminal sees it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from inventory.models import Hold, Store
from orders.models import Command
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till
from workers.expire import expire_holds

Settle = Callable[[Answer, Till], Any]


def card(quantity: int) -> dict[str, Any]:
    return {"tenders": [{"method": "card", "amount_minor": quantity * PRICE_MINOR}]}


@pytest.fixture
def held(pos: Till, settle: Settle) -> UUID:
    """An order that holds two teas for a minute."""
    order_id = pos.sell(("TEA-80", 2))
    settle(pos.post(f"/orders/{order_id}/reserve", {"expires_in_s": 60}, key="hold"), pos)
    return order_id


def lapse(order_id: UUID) -> None:
    Hold.objects.filter(order_id=order_id).update(expires_at=timezone.now() - timedelta(hours=1))
    assert expire_holds() == 1
    execute([order_id], helps=False)


def test_the_order_shows_what_is_held_where_and_until_when(pos: Till, held: UUID) -> None:
    order = pos.get(f"/orders/{held}").body
    (hold,) = order["holds"]
    assert (hold["line_id"], hold["location"], hold["quantity"]) == (order["lines"][0]["id"], "shop", 2)
    left = datetime.fromisoformat(hold["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < left <= timedelta(seconds=60)
    assert pos.get("/orders").body["items"] == [order]


def test_a_hold_is_extended_once(pos: Till, held: UUID, settle: Settle) -> None:
    extended = settle(pos.post(f"/orders/{held}/extend", {"expires_in_s": 3600}, key="k1"), pos)
    assert (extended["kind"], extended["state"]) == ("extend", "succeeded")
    (hold,) = pos.get(f"/orders/{held}").body["holds"]
    assert datetime.fromisoformat(hold["expires_at"]) == datetime.fromisoformat(extended["result"]["expires_at"])
    assert datetime.fromisoformat(hold["expires_at"]) - datetime.now(UTC) > timedelta(minutes=50)
    again = settle(pos.post(f"/orders/{held}/extend", {"expires_in_s": 3600}, key="k2"), pos)
    assert (again["state"], again["outcome"]["code"]) == ("rejected", "transition_not_allowed")


def test_what_does_not_lapse_is_not_extended(pos: Till, settle: Settle) -> None:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/reserve", key="k1"), pos)
    refused = settle(pos.post(f"/orders/{order_id}/extend", key="k2"), pos)
    assert refused["outcome"]["code"] == "hold_not_found"


def test_available_actions_tell_whether_a_hold_can_be_extended(pos: Till, held: UUID, settle: Settle) -> None:
    assert extending(pos, held) == (True, None)
    settle(pos.post(f"/orders/{held}/extend", {"expires_in_s": 3600}, key="k1"), pos)
    assert extending(pos, held) == (False, "The hold was extended before; it can be extended once.")
    endless = pos.sell()
    settle(pos.post(f"/orders/{endless}/reserve", key="k2"), pos)
    assert extending(pos, endless) == (False, "The order has no hold that would lapse.")


def extending(till: Till, order_id: UUID) -> tuple[bool, str | None]:
    actions = till.get(f"/orders/{order_id}/available-actions").body["actions"]
    return next((action["allowed"], action["reason"]) for action in actions if action["kind"] == "extend")


def test_an_expired_hold_is_a_release_in_the_history(pos: Till, held: UUID, shop: Shop) -> None:
    lapse(held)
    order = pos.get(f"/orders/{held}").body
    assert (order["status"], order["holds"]) == ("draft", [])
    assert shop.level("TEA-80") == (10, 0)
    newest = pos.get(f"/orders/{held}/history").body["items"][-1]
    assert (newest["kind"], newest["reason"], newest["terminal"]) == ("release", "hold_expired", "expire_holds")


def test_a_pay_after_the_expiry_takes_the_goods_again(pos: Till, held: UUID, shop: Shop, settle: Settle) -> None:
    lapse(held)
    assert settle(pos.post(f"/orders/{held}/pay", card(2), key="k1"), pos)["state"] == "succeeded"
    assert shop.level("TEA-80") == (8, 0)


def test_a_pay_after_the_expiry_is_told_what_is_left(pos: Till, held: UUID, settle: Settle) -> None:
    lapse(held)
    other = pos.sell(("TEA-80", 9))
    settle(pos.post(f"/orders/{other}/pay", card(9), key="k1"), pos)
    refused = settle(pos.post(f"/orders/{held}/pay", card(2), key="k2"), pos)
    assert refused["outcome"]["code"] == "hold_expired"
    (line,) = refused["outcome"]["lines"]
    assert (line["sku"], line["requested"], line["available"]) == ("TEA-80", 2, 1)


def test_the_default_life_is_the_stores_then_the_shops(pos: Till, shop: Shop, settle: Settle, settings: Any) -> None:
    def reserved(key: str) -> Any:
        return settle(pos.post(f"/orders/{pos.sell()}/reserve", key=key), pos)["result"]["expires_at"]

    assert reserved("without end") is None
    settings.HOLD_EXPIRES_S = 7200
    assert reserved("the default") > (timezone.now() + timedelta(hours=1)).isoformat()
    Store.objects.filter(id=shop.store_id).update(hold_expires_s=60)
    assert reserved("the store's") < (timezone.now() + timedelta(minutes=2)).isoformat()


def test_another_stores_order_is_not_extended(elsewhere: Till, held: UUID) -> None:
    hidden = elsewhere.post(f"/orders/{held}/extend", {"expires_in_s": 60}, key="k1")
    assert (hidden.status, hidden.code) == (404, "order_not_found")


@pytest.mark.parametrize("seconds", [0, -1, 31_536_001, 1.5, "60", True])
def test_a_bad_life_is_pointed_at(pos: Till, held: UUID, seconds: Any) -> None:
    refused = pos.post(f"/orders/{held}/extend", {"expires_in_s": seconds}, key="k1")
    assert (refused.status, refused.pointers) == (422, ["#/expires_in_s"])
    assert Command.objects.count() == 1


def test_an_extension_never_makes_a_hold_endless_or_shorter(pos: Till, held: UUID, settle: Settle) -> None:
    (before,) = pos.get(f"/orders/{held}").body["holds"]
    for key, body in (("k1", {}), ("k2", {"expires_in_s": 1})):
        refused = settle(pos.post(f"/orders/{held}/extend", body, key=key), pos)
        assert refused["outcome"]["code"] == "transition_not_allowed"
    assert pos.get(f"/orders/{held}").body["holds"] == [before]
    longer = settle(pos.post(f"/orders/{held}/extend", {"expires_in_s": 120}, key="k3"), pos)
    assert longer["result"]["expires_at"] > before["expires_at"]
