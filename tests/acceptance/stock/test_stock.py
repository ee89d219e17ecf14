"""/inventory/{receive,adjust,write-off,items,movements} and /inventory/items/check-available."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from inventory.models import StockLevel
from orders.models import Command
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


def test_receive_puts_goods_where_they_are_named(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 5}, {"sku": "TEA-80", "quantity": 7, "location": "stockroom"}]
    settled = settle(backoffice.post("/inventory/receive", {"items": items, "reference": "PO-7"}, key="k1"), backoffice)
    assert (settled["kind"], settled["order_id"], settled["state"]) == ("receive", None, "succeeded")
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((15, 0), (7, 0))


def test_adjust_goes_up_and_down(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": -4}, {"sku": "MUG-RED", "quantity": 2}]
    settle(backoffice.post("/inventory/adjust", {"items": items, "reason": "stocktaking"}, key="k1"), backoffice)
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((6, 0), (12, 0))


def test_write_off_takes_no_more_than_there_is(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 11}]
    settled = settle(backoffice.post("/inventory/write-off", {"items": items}, key="k1"), backoffice)
    assert (settled["state"], settled["outcome"]["code"]) == ("rejected", "stock_insufficient")
    assert shop.level("TEA-80") == (10, 0)


@pytest.mark.parametrize(
    ("call", "body", "pointers"),
    [
        ("receive", {}, ["#/items"]),
        ("receive", {"items": []}, ["#/items"]),
        ("receive", {"items": [{"sku": "TEA-80", "quantity": -1}]}, ["#/items/0/quantity"]),
        ("receive", {"items": [{"sku": "TEA-80", "quantity": 1}] * 5001}, ["#/items"]),
        ("receive", {"items": [{"sku": "TEA-80", "quantity": 1, "location": ""}]}, ["#/items/0/location"]),
        ("adjust", {"items": [{"sku": "TEA-80", "quantity": 1}]}, ["#/reason"]),
        ("adjust", {"items": [{"sku": "TEA-80", "quantity": 0}], "reason": "none"}, ["#/items/0/quantity"]),
        ("write-off", {"items": [{"sku": "TEA-80", "quantity": 1}], "because": "broken"}, ["#/because"]),
    ],
)
def test_a_bad_body_is_pointed_at(backoffice: Till, call: str, body: Any, pointers: list[str]) -> None:
    refused = backoffice.post(f"/inventory/{call}", body, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", pointers)
    assert not Command.objects.exists()


def test_stock_commands_name_only_what_the_store_has(backoffice: Till) -> None:
    items = [{"sku": "NO-SUCH", "quantity": 1}, {"sku": "TEA-80", "quantity": 1, "location": "cellar"}]
    refused = backoffice.post("/inventory/receive", {"items": items}, key="k1")
    assert (refused.status, refused.code) == (422, "product_not_found")
    assert refused.pointers == ["#/items/0/sku", "#/items/1/location"]
    only_location = backoffice.post("/inventory/receive", {"items": items[1:]}, key="k1")
    assert (only_location.status, only_location.code) == (422, "location_not_found")
    assert not Command.objects.exists()


def test_an_item_shows_its_levels_by_priority(pos: Till, shop: Shop, backoffice: Till, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 5, "location": "stockroom"}]
    settle(backoffice.post("/inventory/receive", {"items": items}, key="k1"), backoffice)
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 2))}/reserve", key="k2"), pos)
    StockLevel.objects.filter(product__sku="TEA-80", location__code="shop").update(reorder_point=8)
    item = pos.get("/inventory/items/TEA-80").body
    assert (item["on_hand"], item["reserved"], item["available"], item["needs_reorder"]) == (15, 2, 13, True)
    assert item["levels"] == [
        {
            "location": "shop",
            "on_hand": 10,
            "reserved": 2,
            "available": 8,
            "reorder_point": 8,
            "needs_reorder": True,
        },
        {
            "location": "stockroom",
            "on_hand": 5,
            "reserved": 0,
            "available": 5,
            "reorder_point": None,
            "needs_reorder": False,
        },
    ]


def test_items_are_listed_a_page_at_a_time(pos: Till) -> None:
    first = pos.get("/inventory/items?limit=3").body
    rest = pos.get(f"/inventory/items?limit=3&cursor={first['next_cursor']}").body
    assert [item["sku"] for item in first["items"] + rest["items"]] == ["POSTAGE", "SCARF-BLUE", "MUG-RED", "TEA-80"]
    assert rest["next_cursor"] is None
    assert first["items"][0]["tracks_stock"] is False


@pytest.mark.parametrize("sku", ["NO-SUCH", "%00", "x" * 65, "%F0%9F%AB%96"])
def test_an_unknown_item_is_not_found(pos: Till, sku: str) -> None:
    assert pos.get(f"/inventory/items/{sku}").status == 404


def test_check_available_sums_what_is_asked_of_one_product(pos: Till) -> None:
    items = [
        {"sku": "TEA-80", "quantity": 6},
        {"sku": "TEA-80", "quantity": 5},
        {"sku": "MUG-RED", "quantity": 10},
        {"sku": "POSTAGE", "quantity": 1000},
    ]
    looked = pos.post("/inventory/items/check-available", {"items": items}).body
    assert looked["available"] is False
    assert [(item["requested"], item["available"], item["sufficient"]) for item in looked["items"]] == [
        (6, 10, False),
        (5, 10, False),
        (10, 10, True),
        (1000, None, True),
    ]


def test_check_available_of_an_unknown_product_is_refused(pos: Till) -> None:
    items = [{"sku": "TEA-80", "quantity": 1}, {"sku": "NO-SUCH", "quantity": 1}]
    refused = pos.post("/inventory/items/check-available", {"items": items})
    assert (refused.status, refused.code, refused.pointers) == (422, "product_not_found", ["#/items/1/sku"])


def test_movements_tell_who_moved_what_and_why(pos: Till, backoffice: Till, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 5}]
    receive = {"items": items, "reference": "PO-7", "reason": "delivery"}
    received = settle(backoffice.post("/inventory/receive", receive, key="k1"), backoffice)
    order_id = pos.sell(("TEA-80", 2))
    tenders = [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]
    settle(pos.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k2"), pos)
    sold, arrived = pos.get("/inventory/movements?sku=TEA-80&limit=2").body["items"]
    assert (arrived["kind"], arrived["quantity_change"], arrived["quantity_after"]) == ("inbound", 5, 15)
    assert (arrived["reference"], arrived["reason"], arrived["created_by"]) == ("PO-7", "delivery", "the backoffice")
    assert (arrived["order_id"], arrived["command_id"]) == (None, received["id"])
    assert (sold["kind"], sold["quantity_change"], sold["order_id"]) == ("outbound", -2, str(order_id))
    assert sold["order_number"] == pos.get(f"/orders/{order_id}").body["number"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("?kind=outbound", 1),
        ("?kind=damaged", 0),
        ("?sku=MUG-RED", 1),
        ("?location=shop", 4),
        ("?location=stockroom", 0),
        ("?order={order}", 1),
        ("?since=2120-01-01T00:00:00Z", 0),
    ],
)
def test_movements_are_filtered(pos: Till, settle: Settle, query: str, found: int) -> None:
    order_id: UUID = pos.sell()
    tenders = [{"method": "card", "amount_minor": PRICE_MINOR}]
    settle(pos.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="k1"), pos)
    listed = pos.get(f"/inventory/movements{query.replace('{order}', str(order_id))}").body
    assert len(listed["items"]) == found


def test_movements_are_listed_a_page_at_a_time(pos: Till) -> None:
    first = pos.get("/inventory/movements?limit=2").body
    rest = pos.get(f"/inventory/movements?limit=2&cursor={first['next_cursor']}").body
    assert [movement["sku"] for movement in first["items"] + rest["items"]] == ["SCARF-BLUE", "MUG-RED", "TEA-80"]


def test_another_store_has_its_own_stock(elsewhere: Till, pos: Till, shop: Shop) -> None:
    other = {movement["id"] for movement in elsewhere.get("/inventory/movements").body["items"]}
    own = {movement["id"] for movement in pos.get("/inventory/movements").body["items"]}
    assert other
    assert not other & own
