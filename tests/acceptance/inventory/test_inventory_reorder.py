"""PUT /inventory/items/{sku}/reorder-point, needs_reorder, GET /inventory/low-stock and its acknowledgement."""

from collections.abc import Callable
from typing import Any

import pytest

from inventory.models import LowStock, StockLevel
from tests.support.shop.till import Answer, Till
from workers.low_stock import report_low_stock

Settle = Callable[[Answer, Till], Any]


def set_point(till: Till, point: int | None, *, sku: str = "TEA-80", **fields: str) -> Answer:
    return till.put(f"/inventory/items/{sku}/reorder-point", {"reorder_point": point, **fields})


def needs_reorder(till: Till) -> bool:
    item = till.get("/inventory/items/TEA-80").body
    assert item["needs_reorder"] is any(level["needs_reorder"] for level in item["levels"])
    return bool(item["needs_reorder"])


def test_a_level_has_its_reorder_point(backoffice: Till) -> None:
    answer = set_point(backoffice, 5)
    assert answer.status == 200
    assert answer.body == backoffice.get("/inventory/items/TEA-80").body
    assert [(level["location"], level["reorder_point"]) for level in answer.body["levels"]] == [("shop", 5)]
    assert set_point(backoffice, None).body["levels"][0]["reorder_point"] is None


def test_a_location_that_never_had_any_may_ask_for_some(backoffice: Till) -> None:
    made = set_point(backoffice, 5, location="stockroom")
    assert made.status == 201
    assert made.body["levels"][1] == {
        "location": "stockroom",
        "on_hand": 0,
        "reserved": 0,
        "available": 0,
        "reorder_point": 5,
        "needs_reorder": True,
    }
    assert set_point(backoffice, 6, location="stockroom").status == 200


def test_no_point_where_nothing_is_makes_nothing(backoffice: Till) -> None:
    assert set_point(backoffice, None, location="stockroom").status == 200
    assert not StockLevel.objects.filter(location__code="stockroom").exists()


def test_what_is_available_decides_not_what_is_there(backoffice: Till, pos: Till, settle: Settle) -> None:
    set_point(backoffice, 5)
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 4))}/reserve", key="k1"), pos)
    assert not needs_reorder(pos)
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 1))}/reserve", key="k2"), pos)
    assert needs_reorder(pos)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "validation_failed", "#/reorder_point"),
        ({"reorder_point": -1}, "validation_failed", "#/reorder_point"),
        ({"reorder_point": 1.5}, "validation_failed", "#/reorder_point"),
        ({"reorder_point": 10**9 + 1}, "validation_failed", "#/reorder_point"),
        ({"reorder_point": 5, "location": "cellar"}, "location_not_found", "#/location"),
        ({"reorder_point": 5, "sku": "TEA-80"}, "validation_failed", "#/sku"),
    ],
)
def test_a_bad_reorder_point_is_pointed_at(backoffice: Till, body: Any, code: str, pointer: str) -> None:
    refused = backoffice.put("/inventory/items/TEA-80/reorder-point", body)
    assert (refused.status, refused.code, refused.pointers) == (422, code, [pointer])
    assert StockLevel.objects.exclude(reorder_point=None).count() == 0


def test_only_what_is_counted_is_reordered(backoffice: Till) -> None:
    refused = set_point(backoffice, 5, sku="POSTAGE")
    assert (refused.status, refused.code) == (409, "stock_not_tracked")
    assert not StockLevel.objects.filter(product__sku="POSTAGE").exists()


def test_the_reorder_point_is_the_backoffices_and_the_stores(backoffice: Till, elsewhere: Till, pos: Till) -> None:
    assert set_point(pos, 5).code == "role_not_allowed"
    assert set_point(backoffice, 5, sku="NO-SUCH").code == "product_not_found"
    elsewhere.put("/products/THEIRS", {"name": "Theirs", "price_minor": 1, "currency": "GBP"})
    hidden = set_point(backoffice, 5, sku="THEIRS")
    assert (hidden.status, hidden.code) == (404, "product_not_found")


@pytest.fixture
def low(backoffice: Till) -> Any:
    """The report of a level that is low."""
    set_point(backoffice, 10)
    assert report_low_stock() == 1
    (report,) = backoffice.get("/inventory/low-stock").body["items"]
    return report


def test_a_low_level_is_reported_once(low: Any, pos: Till) -> None:
    assert report_low_stock() == 0
    (report,) = pos.get("/inventory/low-stock").body["items"]
    assert report == low
    assert {name: low[name] for name in ("sku", "name", "location", "available", "reorder_point")} == {
        "sku": "TEA-80",
        "name": "Tea-80",
        "location": "shop",
        "available": 10,
        "reorder_point": 10,
    }
    assert (low["acknowledged_at"], low["acknowledged_by"], low["recovered_at"]) == (None, None, None)


def test_an_operator_acknowledges_a_report_once(low: Any, backoffice: Till) -> None:
    acknowledged = backoffice.post(f"/inventory/low-stock/{low['id']}/acknowledge")
    assert (acknowledged.status, acknowledged.body["acknowledged_by"]) == (200, "the backoffice")
    assert backoffice.post(f"/inventory/low-stock/{low['id']}/acknowledge").body == acknowledged.body
    assert backoffice.get("/inventory/low-stock?acknowledged=false").body["items"] == []
    assert backoffice.get("/inventory/low-stock?acknowledged=true").body["items"] == [acknowledged.body]


def test_what_recovered_leaves_the_list(low: Any, backoffice: Till, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 5}]
    settle(backoffice.post("/inventory/receive", {"items": items}, key="k1"), backoffice)
    report_low_stock()
    assert backoffice.get("/inventory/low-stock").body["items"] == []
    (report,) = backoffice.get("/inventory/low-stock?recovered=true").body["items"]
    assert report["id"] == low["id"]
    assert report["recovered_at"] is not None


def test_reports_are_the_stores_and_the_backoffices(low: Any, elsewhere: Till, supervisor: Till) -> None:
    assert elsewhere.get("/inventory/low-stock").body["items"] == []
    hidden = elsewhere.post(f"/inventory/low-stock/{low['id']}/acknowledge")
    assert (hidden.status, hidden.code) == (404, "low_stock_not_found")
    assert supervisor.post(f"/inventory/low-stock/{low['id']}/acknowledge").code == "role_not_allowed"
    assert LowStock.objects.get().acknowledged_at is None


@pytest.mark.parametrize("id_", ["0", "99999999999999999999", "-1", "x"])
def test_a_report_that_is_none_is_not_found(backoffice: Till, id_: str) -> None:
    assert backoffice.post(f"/inventory/low-stock/{id_}/acknowledge").status == 404
