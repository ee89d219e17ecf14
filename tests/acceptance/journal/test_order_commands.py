"""The commands of an order, from HTTP to settled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from orders.models import Command
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_pay_takes_cash_and_gives_change(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 2))
    accepted = pos.post(f"/orders/{order_id}/pay", {"tenders": [{"method": "cash", "amount_minor": 1000}]}, key="k1")
    assert accepted.headers["Location"] == f"/api/v1/commands/{accepted.body['id']}"
    assert accepted.headers["Retry-After"] == "1"
    assert (accepted.body["state"], accepted.body["outcome"], accepted.body["result"]) == ("pending", None, None)
    settled = settle(accepted, pos)
    assert (settled["state"], settled["outcome"]["code"]) == ("succeeded", "applied")
    assert settled["result"]["change_minor"] == 1000 - 2 * PRICE_MINOR
    order = pos.get(f"/orders/{order_id}").body
    assert (order["status"], order["payment_status"]) == ("paid", "paid")
    assert order["invoice_number"] == settled["result"]["invoice_number"]
    assert [line["shipped_quantity"] for line in order["lines"]] == [2]
    assert shop.level("TEA-80") == (8, 0)


def test_pay_that_does_not_match_is_rejected(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 2))
    settled = settle(pos.post(f"/orders/{order_id}/pay", CARD, key="k1"), pos)
    assert (settled["state"], settled["outcome"]["code"]) == ("rejected", "payment_does_not_match_total")
    assert settled["outcome"]["detail"]
    assert settled["result"] is None
    assert pos.get(f"/orders/{order_id}").body["status"] == "draft"
    assert shop.level("TEA-80") == (10, 0)


def test_reserve_holds_and_release_lets_go(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 3))
    held = settle(pos.post(f"/orders/{order_id}/reserve", {"expires_in_s": 600}, key="k1"), pos)
    assert held["result"]["expires_at"] is not None
    assert shop.level("TEA-80") == (10, 3)
    settle(pos.post(f"/orders/{order_id}/release", key="k2"), pos)
    assert shop.level("TEA-80") == (10, 0)
    assert pos.get(f"/orders/{order_id}").body["status"] == "draft"


def test_a_shipment_is_paid_shipped_in_parts_and_delivered(
    pos: Till, supervisor: Till, shop: Shop, settle: Settle
) -> None:
    order_id = pos.sell(("TEA-80", 3), ("MUG-RED", 1), fulfilment="shipment")
    tea, _ = pos.get(f"/orders/{order_id}").body["lines"]
    tenders = [{"method": "card", "amount_minor": 4 * PRICE_MINOR}]
    settle(pos.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k1"), pos)
    assert shop.level("TEA-80") == (10, 3)

    settle(supervisor.post(f"/orders/{order_id}/items/{tea['id']}/ship", {"quantity": 1}, key="k2"), supervisor)
    status = pos.get(f"/orders/{order_id}/shipment-status").body
    assert status["order_status"] == "partially_shipped"
    assert (status["is_partially_shipped"], status["is_fully_shipped"]) == (True, False)
    assert (status["shipped_item_count"], status["total_item_count"]) == (0, 2)
    assert (status["total_shipped_units"], status["total_ordered_units"]) == (1, 4)
    assert status["items"][0] == {
        "item_id": tea["id"],
        "product_name": "Tea-80",
        "quantity": 3,
        "shipped_quantity": 1,
        "cancelled_quantity": 0,
        "remaining_quantity": 2,
        "is_fully_shipped": False,
    }

    lines = [{"line_id": tea["id"], "quantity": 2}]
    settle(supervisor.post(f"/orders/{order_id}/fulfill", {"lines": lines}, key="k3"), supervisor)
    settle(supervisor.post(f"/orders/{order_id}/fulfill", key="k4"), supervisor)
    settle(supervisor.post(f"/orders/{order_id}/deliver", {}, key="k5"), supervisor)
    assert pos.get(f"/orders/{order_id}/shipment-status").body["is_fully_shipped"] is True
    history = pos.get(f"/orders/{order_id}/history").body["items"]
    assert [(entry["kind"], entry["to_status"]) for entry in history] == [
        ("pay", "processing"),
        ("fulfill", "partially_shipped"),
        ("fulfill", "partially_shipped"),
        ("fulfill", "shipped"),
        ("deliver", "delivered"),
    ]
    assert history[0]["terminal"] == "the pos"


def test_ship_item_without_a_quantity_ships_all_that_remains(
    pos: Till, supervisor: Till, shop: Shop, settle: Settle
) -> None:
    order_id = pos.sell(("TEA-80", 3), fulfilment="shipment")
    line_id = pos.get(f"/orders/{order_id}").body["lines"][0]["id"]
    tenders = [{"method": "card", "amount_minor": 3 * PRICE_MINOR}]
    settle(pos.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k1"), pos)
    settle(supervisor.post(f"/orders/{order_id}/items/{line_id}/ship", key="k2"), supervisor)
    assert pos.get(f"/orders/{order_id}").body["status"] == "shipped"
    assert shop.level("TEA-80") == (7, 0)


def test_cancel_says_why_in_the_history(pos: Till, settle: Settle) -> None:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/cancel", {"reason": "customer left"}, key="k1"), pos)
    (entry,) = pos.get(f"/orders/{order_id}/history").body["items"]
    assert (entry["from_status"], entry["to_status"], entry["reason"]) == ("draft", "cancelled", "customer left")


def test_return_by_sku_puts_goods_back(pos: Till, supervisor: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 2))
    tenders = [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]
    settle(pos.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k1"), pos)
    back = {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}], "location": "stockroom"}
    settle(supervisor.post(f"/orders/{order_id}/return", back, key="k2"), supervisor)
    order = pos.get(f"/orders/{order_id}").body
    assert (order["payment_status"], order["refunded_minor"]) == ("partially_refunded", PRICE_MINOR)
    assert order["lines"][0]["returned_quantity"] == 1
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((8, 0), (1, 0))


@pytest.mark.parametrize("call", ["pay", "reserve", "release", "fulfill", "deliver", "cancel", "return"])
def test_a_command_on_no_order_is_not_found(supervisor: Till, elsewhere: Till, call: str) -> None:
    body = {"return": {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "damaged"}]}, "pay": CARD}.get(call)
    missing = supervisor.post(f"/orders/{uuid4()}/{call}", body, key="k1")
    hidden = supervisor.post(f"/orders/{elsewhere.sell()}/{call}", body, key="k1")
    assert (missing.status, missing.code) == (hidden.status, hidden.code) == (404, "order_not_found")
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    ("call", "body", "pointers"),
    [
        ("pay", None, ["#"]),
        ("pay", [], ["#"]),
        ("pay", {}, ["#/tenders"]),
        ("pay", {"tenders": [{"method": "shells", "amount_minor": 1}]}, ["#/tenders/0/method"]),
        ("pay", {"tenders": [{"method": "cash", "amount_minor": -1}]}, ["#/tenders/0/amount_minor"]),
        ("pay", {"tenders": [{"method": "cash", "amount_minor": 10**19}]}, ["#/tenders/0/amount_minor"]),
        ("pay", {"tenders": [], "expected_total_minor": 1.5}, ["#/expected_total_minor"]),
        ("pay", {"tenders": [], "skip_missing": "yes"}, ["#/skip_missing"]),
        ("reserve", {"expires_in_s": 0}, ["#/expires_in_s"]),
        ("reserve", {"forever": True}, ["#/forever"]),
        ("release", {"reason": 5}, ["#/reason"]),
        ("fulfill", {"lines": []}, ["#/lines"]),
        ("fulfill", {"lines": [{"quantity": 1}]}, ["#/lines/0/line_id"]),
        ("deliver", {"to": "me"}, ["#/to"]),
        ("cancel", {"reason": "x" * 501}, ["#/reason"]),
        ("return", {"lines": [{"quantity": 1, "condition": "sellable"}]}, ["#/lines/0"]),
        ("return", {"lines": [{"sku": "TEA-80", "quantity": 1}]}, ["#/lines/0/condition"]),
    ],
)
def test_a_bad_body_is_pointed_at(supervisor: Till, call: str, body: Any, pointers: list[str]) -> None:
    refused = supervisor.post(f"/orders/{supervisor.sell()}/{call}", body, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", pointers)
    assert not Command.objects.exists()


def test_a_return_names_only_what_the_store_has(supervisor: Till) -> None:
    lines = [{"sku": "NO-SUCH", "quantity": 1, "condition": "sellable"}]
    refused = supervisor.post(f"/orders/{supervisor.sell()}/return", {"lines": lines, "location": "cellar"}, key="k1")
    assert (refused.status, refused.code) == (422, "product_not_found")
    assert [(error["pointer"], error["code"]) for error in refused.body["errors"]] == [
        ("#/lines/0/sku", "product_not_found"),
        ("#/location", "location_not_found"),
    ]


def test_available_actions_say_why_not(pos: Till, supervisor: Till, settle: Settle) -> None:
    order_id = pos.sell()
    assert _allowed(pos, order_id) == {"pay", "reserve", "cancel"}
    settle(pos.post(f"/orders/{order_id}/pay", CARD, key="k1"), pos)
    assert _allowed(pos, order_id) == set()
    assert _allowed(supervisor, order_id) == {"cancel", "return"}
    reasons = {action["kind"]: action["reason"] for action in _actions(pos, order_id)}
    assert reasons["pay"] == "The order is already paid."
    assert reasons["return"] == "Needs the role supervisor."


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("parked", "It would wait for an earlier pay of this order, which an operator has to look at."),
        ("awaiting", "It would wait for an earlier pay of this order, which a payment provider is being asked for."),
    ],
)
def test_available_actions_say_what_would_be_waited_for(pos: Till, state: str, told: str) -> None:
    order_id = pos.sell()
    paying = pos.post(f"/orders/{order_id}/pay", CARD, key="k1")
    Command.objects.filter(id=paying.body["id"]).update(state=state)
    actions = _actions(pos, order_id)
    assert _allowed(pos, order_id) == {"pay", "reserve", "cancel"}
    assert {(action["blocked_by"], action["detail"]) for action in actions} == {(paying.body["id"], told)}
    assert pos.post(f"/orders/{order_id}/cancel", key="k2").body["blocked_by"] == paying.body["id"]


def test_available_actions_name_nothing_where_nothing_is_waited_for(pos: Till, settle: Settle) -> None:
    order_id = pos.sell()
    paying = pos.post(f"/orders/{order_id}/pay", CARD, key="k1")
    settle(paying, pos)
    assert {(action["blocked_by"], action["detail"]) for action in _actions(pos, order_id)} == {(None, None)}


def _actions(till: Till, order_id: UUID) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = till.get(f"/orders/{order_id}/available-actions").body["actions"]
    return actions


def _allowed(till: Till, order_id: UUID) -> set[str]:
    return {action["kind"] for action in _actions(till, order_id) if action["allowed"]}


def test_the_rest_of_what_was_shipped_in_part_is_cancelled(supervisor: Till, shop: Shop, settle: Settle) -> None:
    order_id = supervisor.sell(("TEA-80", 3), ("MUG-RED", 1), fulfilment="shipment")
    tenders = [{"method": "card", "amount_minor": 4 * PRICE_MINOR}]
    settle(supervisor.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k1"), supervisor)
    line_id = supervisor.get(f"/orders/{order_id}").body["lines"][0]["id"]
    ship = f"/orders/{order_id}/items/{line_id}/ship"
    settle(supervisor.post(ship, {"quantity": 2}, key="k2"), supervisor)
    cancelled = settle(supervisor.post(f"/orders/{order_id}/cancel", key="k3"), supervisor)
    assert cancelled["result"]["refunded_minor"] == 2 * PRICE_MINOR
    assert cancelled["result"]["order_status"] == "shipped"
    order = supervisor.get(f"/orders/{order_id}").body
    assert [(line["shipped_quantity"], line["cancelled_quantity"]) for line in order["lines"]] == [(2, 1), (0, 1)]
    assert (order["total_minor"], order["refunded_minor"]) == (4 * PRICE_MINOR, 2 * PRICE_MINOR)
    status = supervisor.get(f"/orders/{order_id}/shipment-status").body
    assert [(item["remaining_quantity"], item["cancelled_quantity"]) for item in status["items"]] == [(0, 1), (0, 1)]
    assert (status["is_fully_shipped"], shop.level("TEA-80"), shop.level("MUG-RED")) == (True, (8, 0), (10, 0))
    settle(supervisor.post(f"/orders/{order_id}/deliver", key="k4"), supervisor)
    rows = [{"sku": "TEA-80", "quantity": 2, "condition": "sellable"}]
    back = settle(supervisor.post(f"/orders/{order_id}/return", {"lines": rows}, key="k5"), supervisor)
    assert (back["result"]["order_status"], back["result"]["payment_status"]) == ("returned", "refunded")


def test_what_is_waited_for_is_not_shipped_from_nothing(
    supervisor: Till, backoffice: Till, shop: Shop, settle: Settle
) -> None:
    product = {"name": "Saucer", "price_minor": PRICE_MINOR, "currency": "GBP", "tracks_stock": True}
    assert backoffice.put("/products/SAUCER", product).status == 201
    order_id = supervisor.sell(("SAUCER", 2), fulfilment="shipment")
    paid = {"tenders": [{"method": "card", "amount_minor": 2 * PRICE_MINOR}], "shortage": "backorder"}
    settle(supervisor.post(f"/orders/{order_id}/pay", paid, key="k1"), supervisor)
    line_id = supervisor.get(f"/orders/{order_id}").body["lines"][0]["id"]
    for number, path in enumerate(("fulfill", f"items/{line_id}/ship")):
        refused = settle(supervisor.post(f"/orders/{order_id}/{path}", key=f"ship {number}"), supervisor)
        assert refused["outcome"]["code"] == "stock_insufficient"
    assert supervisor.get(f"/orders/{order_id}").body["lines"][0]["shipped_quantity"] == 0
