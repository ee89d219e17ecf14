"""A store sells in one currency: its orders are in it, and so is what is sold; where they are not, nothing happens.

Small JSON bodies and CSV rows through Django's test client: uploads/ tries how they travel.
"""

from typing import Any
from uuid import uuid4

import pytest

from inventory.models import Product
from orders.models import Command, Order
from tests.support.shop.guards import unguarded
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
CHAI = {"name": "Chai", "price_minor": 450, "currency": "GBP"}
REFUSED = "currency_mismatch"


def order(**more: Any) -> dict[str, Any]:
    return {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}], **more}


@pytest.fixture
def tea_in_euro(pos: Till) -> None:
    """As a product may be whose store had another currency before its first order."""
    with unguarded():
        Product.objects.filter(sku="TEA-80").update(currency="EUR")


PRICED = [{"sku": "MUG-RED", "quantity": 1}, {"sku": "TEA-80", "quantity": 1, "unit_price_minor": 300}]


@pytest.mark.usefixtures("tea_in_euro")
def test_an_order_of_what_is_priced_in_another_currency(pos: Till) -> None:
    for wanted in (order(), order(id=str(uuid4()), lines=PRICED)):
        refused = pos.post("/orders", wanted)
        at = len(wanted["lines"]) - 1
        assert (refused.status, refused.code, refused.pointers) == (422, REFUSED, [f"#/lines/{at}/sku"])
    assert not Order.objects.exists()


def test_an_order_in_another_currency(pos: Till) -> None:
    refused = pos.post("/orders", order(currency="EUR", lines=[*PRICED, {"sku": "NO-SUCH", "quantity": 1}]))
    assert (refused.status, refused.code) == (422, REFUSED)
    assert refused.pointers == ["#/currency", "#/lines/2/sku"]
    assert pos.post("/orders", order(currency="EUR", lines=[])).pointers == ["#/currency"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("path", ["/commands", "/commands?dry_run=true"])
@pytest.mark.usefixtures("tea_in_euro")
def test_orders_that_commands_bring(pos: Till, path: str) -> None:
    orders = [order(currency="EUR"), order(), order(lines=PRICED), order(lines=[{"sku": "MUG-RED", "quantity": 1}])]
    items = [{"key": str(at), "kind": "pay", "order": one, "body": CARD} for at, one in enumerate(orders)]
    *refused, taken = pos.post(path, items).body["items"]
    assert [one["problem"]["code"] for one in refused] == [REFUSED] * 3
    told = [[error["pointer"] for error in one["problem"]["errors"]] for one in refused]
    assert told == [
        ["#/0/order/currency", "#/0/order/lines/0/sku"],
        ["#/1/order/lines/0/sku"],
        ["#/2/order/lines/1/sku"],
    ]
    assert taken["status"] == "accepted"
    assert Command.objects.count() == ("dry_run" not in path)


def test_other_lines_of_a_draft(pos: Till) -> None:
    order_id = pos.sell(("MUG-RED", 1))
    with unguarded():
        Product.objects.filter(sku="TEA-80").update(currency="EUR")
    refused = pos.put(f"/orders/{order_id}/lines", {"lines": PRICED})
    assert (refused.status, refused.code, refused.pointers) == (422, REFUSED, ["#/lines/1/sku"])
    assert [line["sku"] for line in pos.get(f"/orders/{order_id}").body["lines"]] == ["MUG-RED"]


def test_a_product(backoffice: Till) -> None:
    for sku in ("CHAI-100", "TEA-80"):
        refused = backoffice.put(f"/products/{sku}", {**CHAI, "currency": "EUR"})
        assert (refused.status, refused.code, refused.pointers) == (422, REFUSED, ["#/currency"])
    assert Product.objects.filter(sku="TEA-80", currency="GBP", price_minor=PRICE_MINOR).count() == 2
    assert not Product.objects.filter(sku="CHAI-100").exists()


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_rows_of_an_import(backoffice: Till, kind: str) -> None:
    rows = [{"sku": "CHAI-100", **CHAI}, {"sku": "SENCHA", **CHAI, "currency": "EUR"}]
    if kind == "json":
        imported = backoffice.post("/products/import", {"items": rows})
    else:
        lines = ["sku,name,price_minor,currency", *(",".join(str(value) for value in row.values()) for row in rows)]
        content = "\n".join(lines).encode()
        imported = backoffice.call("POST", "/products/import", content, **{"Content-Type": "text/csv"})
    assert [(row["sku"], row["code"]) for row in imported.body["rows"]] == [("SENCHA", REFUSED)]
    assert imported.body["counts"]["created"] == 1
    assert not Product.objects.filter(sku="SENCHA").exists()
