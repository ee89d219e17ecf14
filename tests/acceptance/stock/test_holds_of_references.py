"""POST /inventory/items/{reserve,release,commit-outbound}: stock held under a reference of the caller's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inventory.models import Hold, Store
from orders.models import Command
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till
from workers.expire import expire_holds

Settle = Callable[[Answer, Till], Any]
Call = Callable[..., Any]
TWO_TEAS = [{"sku": "TEA-80", "quantity": 2}]


@pytest.fixture
def call(backoffice: Till, settle: Settle) -> Call:
    """Send a command about the reference WEB-1, and settle it."""

    def called(verb: str, items: list[dict[str, Any]] | None = None, **fields: Any) -> Any:
        body = {"reference": "WEB-1", **({} if items is None else {"items": items}), **fields}
        key = f"{verb} {Command.objects.count()}"
        return settle(backoffice.post(f"/inventory/items/{verb}", body, key=key), backoffice)

    return called


def test_reserve_answers_for_each_item(call: Call, shop: Shop) -> None:
    held = call("reserve", [*TWO_TEAS, {"sku": "POSTAGE", "quantity": 1}], expires_in_s=600)
    assert (held["kind"], held["state"]) == ("hold", "succeeded")
    assert held["result"]["reference"] == "WEB-1"
    assert held["result"]["items"] == [
        {"index": 0, "sku": "TEA-80", "quantity": 2, "success": True, "skipped": False},
        {"index": 1, "sku": "POSTAGE", "quantity": 1, "success": True, "skipped": True},
    ]
    assert held["result"]["expires_at"] > timezone.now().isoformat()
    assert shop.level("TEA-80") == (10, 2)


def test_reserve_is_all_or_nothing(call: Call, shop: Shop) -> None:
    refused = call("reserve", [*TWO_TEAS, {"sku": "MUG-RED", "quantity": 11}])
    assert (refused["state"], refused["outcome"]["code"]) == ("rejected", "stock_insufficient")
    (line,) = refused["outcome"]["lines"]
    assert (line["sku"], line["requested"], line["available"]) == ("MUG-RED", 11, 10)
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 0), (10, 0))


def test_commit_outbound_takes_what_was_held(call: Call, shop: Shop, backoffice: Till) -> None:
    call("reserve", TWO_TEAS)
    assert call("commit-outbound", [{"sku": "TEA-80", "quantity": 1}])["state"] == "succeeded"
    assert shop.level("TEA-80") == (9, 1)
    assert call("commit-outbound", [{"sku": "TEA-80", "quantity": 1}])["state"] == "succeeded"
    assert shop.level("TEA-80") == (8, 0)
    newest = backoffice.get("/inventory/movements?kind=outbound&limit=1").body["items"][0]
    assert (newest["reference"], newest["quantity_change"], newest["reserved_change"]) == ("WEB-1", -1, -1)


def test_commit_outbound_of_more_than_is_held_tells_each_error(call: Call, shop: Shop) -> None:
    call("reserve", TWO_TEAS)
    refused = call("commit-outbound", [{"sku": "TEA-80", "quantity": 3}, {"sku": "MUG-RED", "quantity": 1}])
    assert refused["outcome"]["code"] == "hold_not_found"
    assert refused["outcome"]["lines"] == [
        {"index": 0, "sku": "TEA-80", "requested": 3, "held": 2},
        {"index": 1, "sku": "MUG-RED", "requested": 1, "held": 0},
    ]
    assert shop.level("TEA-80") == (10, 2)


def test_release_gives_up_some_or_all(call: Call, shop: Shop) -> None:
    call("reserve", [*TWO_TEAS, {"sku": "MUG-RED", "quantity": 3}])
    call("release", [{"sku": "MUG-RED", "quantity": 1}])
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 2), (10, 2))
    assert call("release")["state"] == "succeeded"
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 0), (10, 0))
    assert call("release")["outcome"]["code"] == "hold_not_found"


def test_a_hold_that_lapsed_is_released_and_says_so(call: Call, shop: Shop) -> None:
    call("reserve", TWO_TEAS, expires_in_s=60)
    Hold.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert call("commit-outbound", TWO_TEAS)["outcome"]["code"] == "hold_expired"
    assert expire_holds() == 0
    assert shop.level("TEA-80") == (10, 0)
    assert call("commit-outbound", TWO_TEAS)["outcome"]["code"] == "hold_expired"


def test_the_default_life_of_a_hold_is_the_stores(call: Call, shop: Shop, settings: Any) -> None:
    settings.HOLD_EXPIRES_S = 300
    assert call("reserve", TWO_TEAS)["result"]["expires_at"] is not None
    Store.objects.filter(id=shop.store_id).update(hold_expires_s=0)
    assert call("reserve", TWO_TEAS)["result"]["expires_at"] is None


def test_a_reference_belongs_to_its_store(call: Call, elsewhere: Till, shop: Shop) -> None:
    call("reserve", TWO_TEAS)
    body = {"reference": "WEB-1", "items": TWO_TEAS}
    accepted = elsewhere.post("/inventory/items/commit-outbound", body, key="k1")
    execute([Command.objects.get(id=accepted.body["id"]).store_id], helps=False)
    assert elsewhere.get(f"/commands/{accepted.body['id']}").body["outcome"]["code"] == "hold_not_found"
    assert shop.level("TEA-80") == (10, 2)


@pytest.mark.parametrize(
    ("verb", "body", "code", "pointers"),
    [
        ("reserve", {"items": TWO_TEAS}, "validation_failed", ["#/reference"]),
        ("reserve", {"reference": "", "items": TWO_TEAS}, "validation_failed", ["#/reference"]),
        ("reserve", {"reference": "W", "items": []}, "validation_failed", ["#/items"]),
        ("reserve", {"reference": "W", "items": TWO_TEAS, "expires_in_s": 0}, "validation_failed", ["#/expires_in_s"]),
        ("commit-outbound", {"reference": "W"}, "validation_failed", ["#/items"]),
        (
            "release",
            {"reference": "W", "items": [{"sku": "NO-SUCH", "quantity": 1}]},
            "product_not_found",
            ["#/items/0/sku"],
        ),
    ],
)
def test_a_bad_reference_hold_is_pointed_at(
    backoffice: Till, verb: str, body: Any, code: str, pointers: list[str]
) -> None:
    refused = backoffice.post(f"/inventory/items/{verb}", body, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, code, pointers)
    assert not Command.objects.exists()
