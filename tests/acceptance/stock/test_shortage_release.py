"""`shortage: release` of count, adjust and write-off: what lies there counts, and the newest holds give way."""

from collections.abc import Callable
from typing import Any

import pytest

from base.sql.sets import cursor
from inventory.models import Hold
from orders.models import Command
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till
from workers.backorders import allocate_backorders

Settle = Callable[[Answer, Till], Any]
TEA = {"sku": "TEA-80", "quantity": 1}


def counted(till: Till, settle: Settle, quantity: int, **fields: Any) -> Any:
    body = {"items": [{**TEA, "quantity": quantity}], "shortage": "release", "reason": "stocktaking", **fields}
    return settle(till.post("/inventory/count", body, key=f"count {quantity}"), till)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("count", {"items": [{**TEA, "quantity": 2}]}),
        ("adjust", {"items": [{**TEA, "quantity": -8}], "reason": "gone"}),
        ("write-off", {"items": [{**TEA, "quantity": 8}]}),
    ],
)
def test_a_paid_parcel_waits_again_and_is_served_first(
    call: str, body: Any, backoffice: Till, supervisor: Till, shop: Shop, settle: Settle
) -> None:
    order_id = supervisor.sell(("TEA-80", 4), fulfilment="shipment")
    paid = {"tenders": [{"method": "card", "amount_minor": 4 * PRICE_MINOR}]}
    settle(supervisor.post(f"/orders/{order_id}/pay", paid, key="pay"), supervisor)
    refused = settle(backoffice.post(f"/inventory/{call}", body, key="k1"), backoffice)
    assert refused["outcome"]["code"] == "stock_insufficient"
    assert shop.level("TEA-80") == (10, 4)
    done = settle(backoffice.post(f"/inventory/{call}", {**body, "shortage": "release"}, key="k2"), backoffice)
    assert done["result"]["released"] == [{"sku": "TEA-80", "quantity": 2, "order_id": str(order_id)}]
    order = supervisor.get(f"/orders/{order_id}").body
    assert [line["backordered_quantity"] for line in order["lines"]] == [2]
    assert (order["status"], order["payment_status"], [hold["quantity"] for hold in order["holds"]]) == (
        *("processing", "paid"),
        [2],
    )
    assert supervisor.get(f"/orders/{order_id}/history").body["items"][-1]["kind"] == "backorder"
    settle(backoffice.post("/inventory/receive", {"items": [{**TEA, "quantity": 5}]}, key="k3"), backoffice)
    assert allocate_backorders() == 1
    execute([order_id], helps=False)
    assert shop.level("TEA-80") == (7, 4)


def test_a_hold_that_gave_way_is_no_hold(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{**TEA, "quantity": 4}]
    settle(backoffice.post("/inventory/items/reserve", {"reference": "WEB-1", "items": items}, key="hold"), backoffice)
    assert counted(backoffice, settle, 3)["result"]["released"] == [
        {"sku": "TEA-80", "quantity": 1, "reference": "WEB-1"}
    ]
    assert list(Hold.objects.values_list("reference", "quantity")) == [("WEB-1", 3)]
    counted(backoffice, settle, 0)
    body = {"reference": "WEB-1", "items": [TEA]}
    committed = settle(backoffice.post("/inventory/items/commit-outbound", body, key="commit"), backoffice)
    assert committed["outcome"]["code"] == "hold_not_found"
    assert shop.level("TEA-80") == (0, 0)


def test_another_word_is_refused(backoffice: Till) -> None:
    body = {"items": [TEA], "shortage": "backorder"}
    refused = backoffice.post("/inventory/count", body, key="k1")
    assert (refused.status, refused.pointers, Command.objects.exists()) == (422, ["#/shortage"], False)


def test_a_rehearsal_tells_who_would_give_way(backoffice: Till, pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 4))
    settle(pos.post(f"/orders/{order_id}/reserve", key="hold"), pos)
    body = {"items": [{**TEA, "quantity": 3}], "shortage": "release"}
    (told,) = backoffice.post("/commands?dry_run=true", [{"key": "1", "kind": "count", "body": body}]).body["items"]
    assert told["outcome"]["code"] == "applied"
    assert shop.level("TEA-80") == (10, 4)
    assert [line["backordered_quantity"] for line in pos.get(f"/orders/{order_id}").body["lines"]] == [0]


def test_what_has_lapsed_is_shown_as_available_and_is(pos: Till, shop: Shop, settle: Settle) -> None:
    """No task has been by."""
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 9))}/reserve", {"expires_in_s": 60}, key="hold"), pos)
    asked = {"items": [{**TEA, "quantity": 5}]}
    assert pos.post("/inventory/items/check-available", asked).body["items"][0]["available"] == 1
    cursor().execute("UPDATE inventory_hold SET expires_at = now() - interval '1 s'")
    assert pos.post("/inventory/items/check-available", asked).body["items"][0]["available"] == 10
    item = pos.get("/inventory/items/TEA-80").body
    assert (item["on_hand"], item["reserved"], item["available"]) == (10, 0, 10)
    assert (item["levels"][0]["reserved"], item["levels"][0]["available"]) == (0, 10)
    sale = pos.sell(("TEA-80", 5))
    body = {"tenders": [{"method": "card", "amount_minor": 5 * PRICE_MINOR}]}
    item = {"key": "1", "kind": "pay", "order_id": str(sale), "body": body}
    assert pos.post("/commands?dry_run=true", [item]).body["items"][0]["outcome"]["code"] == "applied"
    assert shop.level("TEA-80") == (10, 9)
    assert settle(pos.post(f"/orders/{sale}/pay", body, key="pay"), pos)["state"] == "succeeded"
    assert shop.level("TEA-80") == (5, 0)
