"""POST /inventory/count: what is on hand is what was counted."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.models import Command
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


def test_a_count_sets_what_is_on_hand(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 7}, {"sku": "MUG-RED", "quantity": 3, "location": "stockroom"}]
    settled = settle(
        backoffice.post("/inventory/count", {"items": items, "reason": "stocktaking"}, key="k1"), backoffice
    )
    assert (settled["kind"], settled["state"]) == ("count", "succeeded")
    assert settled["result"]["items"] == [
        {"sku": "TEA-80", "location": "shop", "on_hand": 7, "reserved": 0, "available": 7},
        {"sku": "MUG-RED", "location": "stockroom", "on_hand": 3, "reserved": 0, "available": 3},
    ]
    assert (shop.level("TEA-80"), shop.level("MUG-RED"), shop.level("MUG-RED", "stockroom")) == (
        (7, 0),
        (10, 0),
        (3, 0),
    )
    newest = backoffice.get("/inventory/movements?sku=TEA-80&limit=1").body["items"][0]
    assert (newest["kind"], newest["quantity_change"], newest["reason"]) == ("set", -3, "stocktaking")


def test_a_shelf_may_be_counted_empty(backoffice: Till, shop: Shop, settle: Settle) -> None:
    settle(backoffice.post("/inventory/count", {"items": [{"sku": "TEA-80", "quantity": 0}]}, key="k1"), backoffice)
    assert shop.level("TEA-80") == (0, 0)


def test_no_less_is_counted_than_is_reserved(backoffice: Till, pos: Till, shop: Shop, settle: Settle) -> None:
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 4))}/reserve", key="k1"), pos)
    items = [{"sku": "MUG-RED", "quantity": 1}, {"sku": "TEA-80", "quantity": 3}]
    settled = settle(backoffice.post("/inventory/count", {"items": items}, key="k2"), backoffice)
    assert (settled["state"], settled["outcome"]["code"]) == ("rejected", "stock_insufficient")
    assert settled["outcome"]["detail"] == "Fewer were counted than are reserved. TEA-80: 4 are reserved, 3 counted."
    (line,) = settled["outcome"]["lines"]
    assert (line["sku"], line["held_by"][0]["quantity"]) == ("TEA-80", 4)
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 4), (10, 0))


def test_what_is_not_counted_is_skipped(backoffice: Till, settle: Settle) -> None:
    settled = settle(
        backoffice.post("/inventory/count", {"items": [{"sku": "POSTAGE", "quantity": 5}]}, key="k1"), backoffice
    )
    assert settled["result"] == {"items": [], "skipped": ["POSTAGE"]}


@pytest.mark.parametrize(
    ("body", "code", "pointers"),
    [
        ({"items": [{"sku": "TEA-80", "quantity": -1}]}, "validation_failed", ["#/items/0/quantity"]),
        ({"items": [{"sku": "TEA-80"}]}, "validation_failed", ["#/items/0/quantity"]),
        ({"items": [{"sku": "NO-SUCH", "quantity": 1}]}, "product_not_found", ["#/items/0/sku"]),
        (
            {"items": [{"sku": "TEA-80", "quantity": 1, "location": "cellar"}]},
            "location_not_found",
            ["#/items/0/location"],
        ),
    ],
)
def test_a_bad_count_is_pointed_at(backoffice: Till, body: Any, code: str, pointers: list[str]) -> None:
    refused = backoffice.post("/inventory/count", body, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, code, pointers)
    assert not Command.objects.exists()


@pytest.mark.parametrize("location", [None, "shop"])
@pytest.mark.parametrize("again", ["Crème", "Cre\u0300me"])
def test_a_count_that_says_two_things_of_one_level_is_refused(
    backoffice: Till, shop: Shop, location: str | None, again: str
) -> None:
    """One SKU has one form, and a location that is left out is the first."""
    backoffice.put("/products/Crème", {"name": "Cream", "price_minor": 250, "currency": "GBP"})
    items = [{"sku": "Crème", "quantity": 1}, {"sku": again, "quantity": 2, "location": location}]
    refused = backoffice.post("/inventory/count", {"items": items}, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, "sku_repeated", ["#/items/1/sku"])
    assert not Command.objects.filter(store_id=shop.store_id).exists()


def test_two_locations_of_one_sku_may_be_counted(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 1}, {"sku": "TEA-80", "quantity": 2, "location": "stockroom"}]
    settle(backoffice.post("/inventory/count", {"items": items}, key="k1"), backoffice)
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((1, 0), (2, 0))


def test_a_bulks_count_that_says_two_things_is_refused_beside_the_others(backoffice: Till, shop: Shop) -> None:
    twice = [{"sku": "TEA-80", "quantity": 1}, {"sku": "TEA-80", "quantity": 1}]
    commands = [{"key": f"k{n}", "kind": "count", "body": {"items": twice[:n]}} for n in (1, 2)]
    taken, refused = backoffice.post("/commands", commands).body["items"]
    assert taken["status"] == "accepted"
    assert refused["status"] == "refused"
    assert refused["problem"]["code"] == "sku_repeated"
