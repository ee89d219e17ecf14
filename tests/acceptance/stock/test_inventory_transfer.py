"""POST /inventory/transfer: goods are carried from one location to another."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.models import Command
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


def transfer(quantity: int, *, sku: str = "TEA-80", source: str = "shop", target: str = "stockroom") -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "from_location": source, "to_location": target}


def test_a_transfer_moves_what_is_available(backoffice: Till, shop: Shop, settle: Settle) -> None:
    settled = settle(backoffice.post("/inventory/transfer", {"items": [transfer(4)]}, key="k1"), backoffice)
    assert (settled["kind"], settled["state"]) == ("transfer", "succeeded")
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((6, 0), (4, 0))
    newest = backoffice.get("/inventory/movements?kind=transfer").body["items"]
    assert [(one["location"], one["quantity_change"], one["quantity_after"]) for one in newest] == [
        ("stockroom", 4, 4),
        ("shop", -4, 6),
    ]


def test_all_items_are_carried_or_none(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [transfer(4), transfer(11, sku="MUG-RED")]
    settled = settle(backoffice.post("/inventory/transfer", {"items": items}, key="k1"), backoffice)
    assert (settled["state"], settled["outcome"]["code"]) == ("rejected", "stock_insufficient")
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 0), (10, 0))
    assert not backoffice.get("/inventory/movements?kind=transfer").body["items"]


def test_what_is_reserved_stays(backoffice: Till, pos: Till, shop: Shop, settle: Settle) -> None:
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 7))}/reserve", key="k1"), pos)
    settled = settle(backoffice.post("/inventory/transfer", {"items": [transfer(4)]}, key="k2"), backoffice)
    assert settled["outcome"]["code"] == "stock_insufficient"
    (line,) = settled["outcome"]["lines"]
    assert (line["requested"], line["available"], line["held_by"][0]["quantity"]) == (4, 3, 7)
    assert shop.level("TEA-80") == (10, 7)


@pytest.mark.parametrize(
    ("item", "code", "pointer"),
    [
        (transfer(0), "validation_failed", "#/items/0/quantity"),
        (transfer(1, target="shop"), "validation_failed", "#/items/0"),
        (transfer(1, source="cellar"), "location_not_found", "#/items/0/from_location"),
        (transfer(1, target="attic"), "location_not_found", "#/items/0/to_location"),
        ({"sku": "TEA-80", "quantity": 1}, "validation_failed", "#/items/0/from_location"),
    ],
)
def test_a_bad_transfer_is_pointed_at(backoffice: Till, item: Any, code: str, pointer: str) -> None:
    refused = backoffice.post("/inventory/transfer", {"items": [item]}, key="k1")
    assert (refused.status, refused.code, refused.pointers[0]) == (422, code, pointer)
    assert not Command.objects.exists()
