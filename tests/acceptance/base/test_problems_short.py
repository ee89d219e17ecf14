"""A hundred errors in a problem at most, wherever it comes from, and nothing quoted at length."""

import json
from typing import Any

import pytest

from orders.models import Command, Order
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

ORDER = {"currency": "GBP", "fulfilment": "immediate"}
LONG = "x" * 100_000
ERRORS_MAX = 100
FIRST = "These are the first 100 errors."


def indexes(problem: Any) -> list[int]:
    """Of the row that each pointer leads into."""
    return [int(error["pointer"].split("/")[2]) for error in problem["errors"]]


def wrong_every(nth: int, rows: int, wrong: Any, right: Any) -> list[Any]:
    return [wrong if index % nth == 0 else right for index in range(rows)]


@pytest.mark.parametrize("sku", ["NONE", 5], ids=["unknown", "no text"])
def test_each_wrong_line_is_told_up_to_a_hundred(pos: Till, sku: Any) -> None:
    def create(rows: int) -> Answer:
        lines = wrong_every(7, rows, {"sku": sku, "quantity": 1}, {"sku": "TEA-80", "quantity": 1})
        return pos.post("/orders", {**ORDER, "lines": lines})

    some = create(694)
    assert (some.status, indexes(some.body)) == (422, [*range(0, 694, 7)])
    assert FIRST not in some.body["detail"]
    many = create(4_000)
    assert (many.status, indexes(many.body)) == (422, [*range(0, 700, 7)])
    assert FIRST in many.body["detail"]
    assert not Order.objects.exists()


def test_unknown_fields_are_told_up_to_a_hundred(pos: Till) -> None:
    unknown = {f"field-{number}": number for number in range(3_000)}
    refused = pos.post("/orders", {**unknown, **ORDER, "lines": []})
    assert refused.pointers == [f"#/field-{number}" for number in range(ERRORS_MAX)]
    lines = [{"sku": "TEA-80", "quantity": 1, **unknown}]
    refused = pos.post("/orders", {**ORDER, "lines": lines})
    assert refused.pointers == [f"#/lines/0/field-{number}" for number in range(ERRORS_MAX)]


def test_what_is_missing_is_told_among_many_unknown_fields(pos: Till) -> None:
    refused = pos.post("/orders", {f"field-{number}": number for number in range(3_000)})
    assert {"#/currency", "#/fulfilment", "#/lines"} <= set(refused.pointers)
    assert len(refused.pointers) == ERRORS_MAX


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/orders", {LONG: 1}),
        ("/orders", {**ORDER, "currency": LONG, "lines": []}),
        ("/orders", {**ORDER, "fulfilment": LONG, "lines": []}),
        ("/orders", {**ORDER, "id": LONG, "lines": []}),
        ("/orders", {**ORDER, "sold_at": LONG, "lines": []}),
        ("/inventory/items/check-available", {"items": [{"sku": LONG, "quantity": 1}]}),
        ("/commands/lookup", {"keys": [LONG]}),
    ],
)
def test_nothing_is_quoted_at_length(pos: Till, path: str, body: Any) -> None:
    refused = pos.post(path, body)
    assert refused.status == 422
    assert len(json.dumps(refused.body)) < 2_500


def test_a_bulk_item_has_a_hundred_errors_at_most_and_spoils_nothing(pos: Till) -> None:
    sale = {
        "key": "good",
        "kind": "pay",
        "order": {**ORDER, "lines": [{"sku": "TEA-80", "quantity": 1}]},
        "body": {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]},
    }
    unknown = {"key": "bad", "kind": "reserve", "body": {}, **{f"field-{number}": 1 for number in range(2_000)}}
    answer = pos.post("/commands", [unknown, {"kind": LONG}, sale])
    assert [item["status"] for item in answer.body["items"]] == ["refused", "refused", "accepted"]
    assert len(answer.body["items"][0]["problem"]["errors"]) == ERRORS_MAX
    assert len(json.dumps(answer.body)) < 20_000
    assert Command.objects.get().key == "good"


def test_many_bad_items_name_a_thousand_errors_and_each_of_them_one(pos: Till) -> None:
    bad = {"kind": "reserve", "key": "k", "body": {}, **{f"field-{number}": 1 for number in range(150)}}
    answer = pos.post("/commands", [bad] * 30)
    counts = [len(item["problem"]["errors"]) for item in answer.body["items"]]
    assert counts == [100] * 10 + [1] * 20
