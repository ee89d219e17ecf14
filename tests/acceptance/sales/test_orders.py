"""POST /orders, GET /orders, GET /orders/{id}, PUT /orders/{id}/lines."""

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from orders.models import Order, OrderLine
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Till

TEA_AND_MUG: dict[str, Any] = {
    "currency": "GBP",
    "fulfilment": "immediate",
    "lines": [{"sku": "TEA-80", "quantity": 2}, {"sku": "MUG-RED", "quantity": 1, "unit_price_minor": 499}],
}


def test_an_order_freezes_names_and_prices(pos: Till) -> None:
    sold_at = timezone.now().replace(microsecond=0) - timedelta(days=7)
    in_berlin = sold_at.astimezone(ZoneInfo("Europe/Berlin")).isoformat()
    created = pos.post("/orders", {**TEA_AND_MUG, "reference": "counter 2", "sold_at": in_berlin})
    assert created.status == 201
    assert created.headers["Location"] == f"/api/v1/orders/{created.body['id']}"
    assert created.body["total_minor"] == 2 * PRICE_MINOR + 499
    assert (created.body["status"], created.body["payment_status"]) == ("draft", "unpaid")
    assert created.body["payment_terms"] == "prepaid"
    assert created.body["sold_at"] == f"{sold_at:%Y-%m-%dT%H:%M:%SZ}"
    assert [line["name"] for line in created.body["lines"]] == ["Tea-80", "Mug-Red"]
    assert [line["line_total_minor"] for line in created.body["lines"]] == [2 * PRICE_MINOR, 499]
    assert pos.get(f"/orders/{created.body['id']}").body == created.body


def test_the_same_id_and_content_is_the_same_order(pos: Till) -> None:
    order = {**TEA_AND_MUG, "id": str(uuid4())}
    first, again = pos.post("/orders", order), pos.post("/orders", order)
    assert first.status == 201
    assert again.status == 200
    assert again.body == first.body
    assert Order.objects.count() == 1


def test_the_same_id_with_other_content_is_refused(pos: Till) -> None:
    order = {**TEA_AND_MUG, "id": str(uuid4())}
    pos.post("/orders", order)
    refused = pos.post("/orders", {**order, "reference": "another"})
    assert (refused.status, refused.code, refused.pointers) == (422, "id_reused", ["#/id"])
    assert Order.objects.get().reference == ""


def test_an_id_of_another_store_is_refused(pos: Till, elsewhere: Till) -> None:
    order = {**TEA_AND_MUG, "id": str(uuid4())}
    assert elsewhere.post("/orders", order).status == 201
    assert pos.post("/orders", order).code == "id_reused"


def test_unknown_products_are_named_one_by_one(pos: Till) -> None:
    lines = [{"sku": "TEA-80", "quantity": 1}, {"sku": "NO-SUCH", "quantity": 1}, {"sku": "NOR-THIS", "quantity": 1}]
    refused = pos.post("/orders", {**TEA_AND_MUG, "lines": lines})
    assert (refused.status, refused.code) == (422, "product_not_found")
    assert refused.pointers == ["#/lines/1/sku", "#/lines/2/sku"]
    assert not Order.objects.exists()


def test_what_is_more_than_any_amount_is_refused(pos: Till) -> None:
    lines = [{"sku": "TEA-80", "quantity": 10**9, "unit_price_minor": 10**12}]
    refused = pos.post("/orders", {**TEA_AND_MUG, "lines": lines})
    assert (refused.status, refused.code, refused.pointers) == (422, "amount_too_large", ["#/lines/0/quantity"])


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("id", "not-a-uuid", "#/id"),
        ("currency", None, "#/currency"),
        ("currency", "gbp", "#/currency"),
        ("currency", "GBPP", "#/currency"),
        ("fulfilment", "drone", "#/fulfilment"),
        ("payment_terms", "never", "#/payment_terms"),
        ("sold_at", "2026-11-21T10:30:00", "#/sold_at"),
        ("sold_at", "2026-11-21", "#/sold_at"),
        ("sold_at", 1_763_700_000, "#/sold_at"),
        ("sold_at", "0001-01-01T00:00:00+14:00", "#/sold_at"),
        ("reference", "x" * 256, "#/reference"),
        ("reference", "\x00", "#/reference"),
        ("lines", None, "#/lines"),
        ("lines", [{"sku": "TEA-80"}], "#/lines/0/quantity"),
        ("lines", [{"sku": "", "quantity": 1}], "#/lines/0/sku"),
        ("lines", [{"sku": "x" * 65, "quantity": 1}], "#/lines/0/sku"),
        ("lines", [{"sku": "TEA-80", "quantity": 0}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": -1}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": 1.5}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": "1"}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": True}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": 10**9 + 1}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": 10**30}], "#/lines/0/quantity"),
        ("lines", [{"sku": "TEA-80", "quantity": 1, "unit_price_minor": -1}], "#/lines/0/unit_price_minor"),
        ("lines", [{"sku": "TEA-80", "quantity": 1, "colour": "red"}], "#/lines/0/colour"),
        ("discount/~", 5, "#/discount~1~0"),
    ],
)
def test_a_bad_field_is_pointed_at(pos: Till, field: str, value: Any, pointer: str) -> None:
    refused = pos.post("/orders", {**TEA_AND_MUG, field: value})
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [pointer])
    assert not Order.objects.exists()


def test_an_order_without_lines_is_a_draft_too(pos: Till) -> None:
    created = pos.post("/orders", {**TEA_AND_MUG, "lines": []})
    assert (created.status, created.body["total_minor"], created.body["lines"]) == (201, 0, [])


def test_new_lines_replace_all_lines_of_a_draft(pos: Till) -> None:
    order_id = pos.sell(("TEA-80", 1), ("MUG-RED", 1))
    replaced = pos.put(f"/orders/{order_id}/lines", {"lines": [{"sku": "SCARF-BLUE", "quantity": 3}]})
    assert replaced.status == 200
    assert [(line["sku"], line["quantity"]) for line in replaced.body["lines"]] == [("SCARF-BLUE", 3)]
    assert replaced.body["total_minor"] == 3 * PRICE_MINOR


def test_lines_of_a_paid_order_stay(pos: Till, shop: Shop) -> None:
    order_id = pos.sell()
    Order.objects.filter(id=order_id).update(status="processing")
    refused = pos.put(f"/orders/{order_id}/lines", {"lines": []})
    assert (refused.status, refused.code) == (409, "order_not_draft")
    assert OrderLine.objects.filter(order_id=order_id).count() == 1


def test_the_list_shows_the_newest_first_a_page_at_a_time(pos: Till) -> None:
    ids = [str(pos.sell()) for _ in range(5)]
    first = pos.get("/orders?limit=2").body
    second = pos.get(f"/orders?limit=2&cursor={first['next_cursor']}").body
    last = pos.get(f"/orders?limit=2&cursor={second['next_cursor']}").body
    assert [order["id"] for page in (first, second, last) for order in page["items"]] == ids[::-1]
    assert last["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=draft", 1),
        ("status=cancelled", 1),
        ("payment_status=unpaid", 2),
        ("payment_status=paid", 0),
        ("archived=true", 1),
        ("since=2020-01-01T00:00:00Z", 2),
        ("since=2120-01-01T00:00:00Z", 0),
    ],
)
def test_the_list_is_filtered(pos: Till, query: str, found: int) -> None:
    _draft, cancelled, archived = pos.sell(), pos.sell(), pos.sell()
    Order.objects.filter(id=cancelled).update(status="cancelled")
    Order.objects.filter(id=archived).update(status="cancelled", archived_at="2026-01-01T00:00:00Z")
    assert len(pos.get(f"/orders?{query}").body["items"]) == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "status=lost",
        "archived=perhaps",
        "since=yesterday",
        "cursor=nonsense",
        "cursor=WzFd",
        "cursor=WyJ4IiwieSJd",
        "cursor=W251bGwsbnVsbF0=",
        "cursor=%00",
    ],
)
def test_a_bad_parameter_is_refused(pos: Till, query: str) -> None:
    refused = pos.get(f"/orders?{query}")
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert refused.body["errors"][0]["parameter"] == query.partition("=")[0]


def test_another_store_has_no_such_order(pos: Till, elsewhere: Till) -> None:
    order_id = pos.sell()
    assert elsewhere.get("/orders").body["items"] == []
    for path in ("", "/available-actions", "/history", "/shipment-status"):
        hidden = elsewhere.get(f"/orders/{order_id}{path}")
        assert (hidden.status, hidden.code) == (404, "order_not_found")
    assert elsewhere.put(f"/orders/{order_id}/lines", {"lines": []}).status == 404
