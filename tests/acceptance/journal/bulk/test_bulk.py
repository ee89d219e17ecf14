"""POST /commands: many commands, each with its own key and its own verdict."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

from orders.journal.ring import QUEUE
from orders.models import Command, Order
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, states
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def new_order(**given: Any) -> dict[str, Any]:
    lines = [{"sku": "TEA-80", "quantity": 1}]
    return {"currency": "GBP", "fulfilment": "immediate", "lines": lines, **given}


def sale(key: str, **order: Any) -> dict[str, Any]:
    return {"key": key, "kind": "pay", "order": new_order(**order), "body": CARD}


def verdicts(answer: Answer) -> list[str]:
    assert [item["index"] for item in answer.body["items"]] == list(range(len(answer.body["items"])))
    return [item["status"] for item in answer.body["items"]]


def problems(answer: Answer) -> list[tuple[str, list[str]]]:
    return [
        (item["problem"]["code"], [error["pointer"] for error in item["problem"]["errors"]])
        for item in answer.body["items"]
        if item["problem"]
    ]


def test_sales_come_with_their_orders_and_one_ring(pos: Till, rings: redis.Redis, shop: Shop) -> None:
    accepted = pos.post("/commands", [sale(f"sale-{n}", id=str(uuid4())) for n in range(5)])
    assert (accepted.status, verdicts(accepted)) == (202, ["accepted"] * 5)
    assert rings.llen(QUEUE) == 1
    items = accepted.body["items"]
    assert {order.id for order in Order.objects.all()} == {UUID(item["order_id"]) for item in items}
    execute([UUID(item["order_id"]) for item in items], helps=False)
    assert states([UUID(item["command_id"]) for item in items]) == ["applied"] * 5
    assert shop.level("TEA-80") == (5, 0)


def test_commands_keep_their_order_in_the_journal(pos: Till) -> None:
    order_id = str(uuid4())
    commands = [
        {"key": "1", "kind": "reserve", "order": new_order(id=order_id)},
        {"key": "2", "kind": "release", "order_id": order_id},
        {"key": "3", "kind": "cancel", "order_id": order_id, "body": {"reason": "no"}},
    ]
    assert verdicts(pos.post("/commands", commands)) == ["accepted"] * 3
    assert [command.key for command in Command.objects.order_by("seq")] == ["1", "2", "3"]
    execute([UUID(order_id)], helps=False)
    assert Order.objects.get().status == "cancelled"


def test_stock_commands_travel_along(backoffice: Till, shop: Shop) -> None:
    items = [{"sku": "TEA-80", "quantity": 5}]
    mixed = [sale("1"), {"key": "2", "kind": "receive", "body": {"items": items}}]
    accepted = backoffice.post("/commands", mixed)
    assert verdicts(accepted) == ["accepted", "accepted"]
    assert accepted.body["items"][1]["order_id"] is None
    execute([UUID(accepted.body["items"][0]["order_id"]), shop.store_id], helps=False)
    assert shop.level("TEA-80") == (14, 0)


def test_one_bad_item_never_spoils_the_others(pos: Till) -> None:
    answer = pos.post(
        "/commands",
        [
            sale("1"),
            7,
            {},
            {"key": "4", "kind": "dance"},
            {"key": "", "kind": "cancel", "order_id": str(uuid4())},
            {"key": "6", "kind": "pay", "order_id": str(uuid4()), "body": CARD},
            {"key": "7", "kind": "pay", "order": new_order()},
            {"key": "8", "kind": "pay", "order": new_order(), "order_id": str(uuid4()), "body": CARD},
            {"key": "9", "kind": "pay", "order": new_order(lines=[{"sku": "NO-SUCH", "quantity": 1}]), "body": CARD},
            {"key": "10", "kind": "pay", "order": new_order(currency="EUR"), "body": CARD},
            {"key": "11", "kind": "receive", "body": {"items": [{"sku": "TEA-80", "quantity": 1}]}},
            {"key": "12", "kind": "cancel", "order": new_order(), "body": {"why": "?"}},
            sale("13"),
        ],
    )
    assert answer.status == 202
    assert verdicts(answer) == ["accepted", *["refused"] * 11, "accepted"]
    assert problems(answer) == [
        ("validation_failed", ["#/1"]),
        ("validation_failed", ["#/2/kind"]),
        ("validation_failed", ["#/3/kind"]),
        ("validation_failed", ["#/4/key"]),
        ("order_not_found", []),
        ("validation_failed", ["#/6/body"]),
        ("validation_failed", ["#/7"]),
        ("product_not_found", ["#/8/order/lines/0/sku"]),
        ("currency_mismatch", ["#/9/order/currency"]),
        ("role_not_allowed", []),
        ("validation_failed", ["#/11/body/why"]),
    ]
    assert (Order.objects.count(), Command.objects.count()) == (2, 2)


def test_the_same_request_again_changes_nothing(pos: Till, rings: redis.Redis) -> None:
    request = [sale("named", id=str(uuid4())), sale("nameless"), {"key": "bad", "kind": "pay"}]
    first, again = pos.post("/commands", request), pos.post("/commands", request)
    assert verdicts(again) == ["replayed", "replayed", "refused"]
    assert [item["command_id"] for item in again.body["items"]] == [item["command_id"] for item in first.body["items"]]
    assert [item["order_id"] for item in again.body["items"]] == [item["order_id"] for item in first.body["items"]]
    assert Order.objects.count() == 2
    assert Command.objects.count() == 2
    assert rings.llen(QUEUE) == 1


def test_a_command_is_known_by_its_key_whichever_way_it_came(pos: Till) -> None:
    order_id = str(uuid4())
    bulk = pos.post("/commands", [sale("sale-1", id=order_id)]).body["items"][0]
    single = pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1")
    assert (single.body["id"], single.headers["Idempotency-Replayed"]) == (bulk["command_id"], "true")


def test_two_items_with_one_key_are_one_command(pos: Till) -> None:
    order_id = str(uuid4())
    pay = {"key": "1", "kind": "pay", "order_id": order_id, "body": CARD}
    answer = pos.post(
        "/commands", [sale("1", id=order_id), pay, {**pay, "body": {**CARD, "skip_missing": True}}, sale("1")]
    )
    assert verdicts(answer) == ["accepted", "replayed", "refused", "refused"]
    assert len({item["command_id"] for item in answer.body["items"][:2]}) == 1
    assert [code for code, _ in problems(answer)] == ["idempotency_key_reused"] * 2
    assert (Order.objects.count(), Command.objects.count()) == (1, 1)


def test_a_key_that_a_refused_item_had_is_free(pos: Till) -> None:
    answer = pos.post("/commands", [{"key": "1", "kind": "pay", "order_id": str(uuid4()), "body": CARD}, sale("1")])
    assert verdicts(answer) == ["refused", "accepted"]


def test_an_id_that_has_another_order_is_refused(pos: Till, elsewhere: Till) -> None:
    stored, foreign, twice = str(pos.sell()), str(elsewhere.sell()), str(uuid4())
    answer = pos.post(
        "/commands",
        [
            sale("1", id=stored, reference="another"),
            sale("2", id=foreign),
            sale("3", id=twice),
            sale("4", id=twice),
            sale("5", id=twice, reference="another"),
            {"key": "6", "kind": "pay", "order_id": foreign, "body": CARD},
        ],
    )
    assert verdicts(answer) == ["refused", "refused", "accepted", "accepted", "refused", "refused"]
    assert problems(answer) == [
        ("id_reused", ["#/0/order/id"]),
        ("id_reused", ["#/1/order/id"]),
        ("id_reused", ["#/4/order/id"]),
        ("order_not_found", []),
    ]


def test_a_till_cancels_only_its_own(pos: Till, shop: Shop) -> None:
    foreign = shop.order(("TEA-80", 1))
    Order.objects.filter(id=foreign).update(status="processing")
    answer = pos.post("/commands", [{"key": "1", "kind": "cancel", "order_id": str(foreign)}])
    assert [code for code, _ in problems(answer)] == ["role_not_allowed"]


@pytest.mark.parametrize("items", [[], [sale("1")] * 501, {}, None])
def test_a_request_has_one_to_five_hundred_items(pos: Till, items: Any) -> None:
    refused = pos.post("/commands", items)
    assert (refused.status, refused.code) == (422, "validation_failed")


def test_five_hundred_sales_are_taken_at_once(pos: Till, shop: Shop, settle: Callable[[Answer, Till], Any]) -> None:
    accepted = pos.post("/commands", [sale(f"sale-{n}") for n in range(500)])
    assert verdicts(accepted) == ["accepted"] * 500
    assert Command.objects.count() == 500
