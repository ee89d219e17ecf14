"""`shortage: release` of a stock import: what the file says lies there counts, and the newest holds give way."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
CSV = b"sku,quantity,location\nTEA-80,3,\nMUG-RED,7,shop\nNO-SUCH,1,shop\n"
ROWS = [
    {"sku": "TEA-80", "quantity": 3},
    {"sku": "MUG-RED", "quantity": 7, "location": "shop"},
    {"sku": "NO-SUCH", "quantity": 1, "location": "shop"},
]
FORM = b'--till\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n\r\n%b\r\n%b--till--\r\n'
FIELD = b'--till\r\nContent-Disposition: form-data; name="shortage"\r\n\r\nrelease\r\n'
A_FORM = "multipart/form-data; boundary=till"


def upload(till: Till, content: bytes, query: str = "", *, content_type: str = "text/csv", key: str = "k1") -> Answer:
    headers = {"Content-Type": content_type, "Idempotency-Key": key}
    return till.call("POST", f"/inventory/import{query}", content, **headers)


@pytest.fixture
def held(pos: Till, settle: Settle) -> str:
    """An order that holds four of ten."""
    order_id = str(pos.sell(("TEA-80", 4)))
    settle(pos.post(f"/orders/{order_id}/reserve", key="hold"), pos)
    return order_id


SENT: dict[str, Callable[[Till], Answer]] = {
    "a file": lambda till: upload(till, CSV, "?shortage=release"),
    "a file with its rows counted": lambda till: upload(till, CSV, "?shortage=release&rows=3"),
    "a form": lambda till: upload(till, FORM % (CSV, FIELD), content_type=A_FORM),
    "a form with a query": lambda till: upload(till, FORM % (CSV, b""), "?shortage=release", content_type=A_FORM),
    "JSON": lambda till: till.post("/inventory/import", {"items": ROWS, "shortage": "release"}, key="k1"),
    "JSON with a query": lambda till: till.post("/inventory/import?shortage=release", {"items": ROWS}, key="k1"),
}


@pytest.mark.parametrize("sent", SENT)
def test_the_newest_holds_give_way(
    backoffice: Till, pos: Till, shop: Shop, held: str, settle: Settle, sent: str
) -> None:
    done = settle(SENT[sent](backoffice), backoffice)
    assert done["result"]["released"] == [{"sku": "TEA-80", "quantity": 1, "order_id": held}]
    assert done["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 1}
    assert [row["code"] for row in done["result"]["rows"]] == ["product_not_found"]
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((3, 3), (7, 0))
    assert [line["backordered_quantity"] for line in pos.get(f"/orders/{held}").body["lines"]] == [1]
    again = upload(backoffice, CSV, "?shortage=release")
    assert (again.body["id"], again.headers["Idempotency-Replayed"]) == (done["id"], "true")


@pytest.mark.parametrize("query", ["", "?shortage=reject"])
def test_nothing_gives_way_unless_it_is_said(
    backoffice: Till, shop: Shop, held: str, settle: Settle, query: str
) -> None:
    done = settle(upload(backoffice, CSV, query), backoffice)
    assert [row["code"] for row in done["result"]["rows"]] == ["less_than_reserved", "product_not_found"]
    assert "released" not in done["result"]
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 4), (7, 0))
    differs = upload(backoffice, CSV, "?shortage=release")
    assert (differs.status, differs.code) == (422, "idempotency_key_reused")


def test_another_word_is_refused(backoffice: Till) -> None:
    refused = upload(backoffice, CSV, "?shortage=backorder")
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, "shortage")
    assert upload(backoffice, FORM % (CSV, FIELD.replace(b"release", b"x")), content_type=A_FORM).status == 422


def test_body_and_query_that_contradict_each_other_are_refused(backoffice: Till) -> None:
    body = {"items": ROWS, "shortage": "reject"}
    refused = backoffice.post("/inventory/import?shortage=release", body, key="k1")
    assert (refused.status, refused.pointers) == (422, ["#/shortage"])


def test_holds_of_references_give_way_too(backoffice: Till, shop: Shop, settle: Settle) -> None:
    items = [{"sku": "TEA-80", "quantity": 4}]
    settle(backoffice.post("/inventory/items/reserve", {"reference": "WEB-1", "items": items}, key="hold"), backoffice)
    done = settle(upload(backoffice, CSV, "?shortage=release"), backoffice)
    assert done["result"]["released"] == [{"sku": "TEA-80", "quantity": 1, "reference": "WEB-1"}]
    assert shop.level("TEA-80") == (3, 3)
