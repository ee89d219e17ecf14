"""What was answered once is answered again, whatever the rules are today."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from inventory.models import Location, Product
from orders.models import Order
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.guards import unguarded
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def order(**more: Any) -> dict[str, Any]:
    return {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}], **more}


def changes_currency() -> None:
    with unguarded():
        Product.objects.filter(sku="TEA-80").update(currency="EUR")


def is_renamed() -> None:
    with unguarded():
        Product.objects.filter(sku="TEA-80").update(sku="TEA-81")


def moves() -> None:
    with unguarded():
        Location.objects.filter(code="shop").update(code="attic")


@pytest.mark.parametrize("since_then", [changes_currency, is_renamed])
def test_an_order(pos: Till, since_then: Callable[[], None]) -> None:
    sent = order(id=str(uuid4()))
    first = pos.post("/orders", sent)
    since_then()
    again = pos.post("/orders", sent)
    assert first.status == 201
    assert again.status == 200
    assert again.body == first.body
    other = pos.post("/orders", {**sent, "reference": "another"})
    assert other.status == 422
    assert other.code == "id_reused"
    assert Order.objects.count() == 1


@pytest.mark.parametrize("since_then", [is_renamed, moves])
@pytest.mark.parametrize("verb", ["receive", "items/reserve", "import"])
def test_a_stock_command(backoffice: Till, verb: str, since_then: Callable[[], None]) -> None:
    item = {"sku": "TEA-80", "quantity": 1, "location": "shop"}
    sent = {"items": [item]} | ({"reference": "r-1"} if verb == "items/reserve" else {})
    if verb == "items/reserve":
        item.pop("location")
    first = backoffice.post(f"/inventory/{verb}", sent, key="k-1")
    since_then()
    again = backoffice.post(f"/inventory/{verb}", sent, key="k-1")
    assert first.status == 202
    assert again.status == 202
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    other = backoffice.post(f"/inventory/{verb}", {**sent, "items": [{**item, "quantity": 2}]}, key="k-1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_a_pay_whose_provider_is_gone(pos: Till) -> None:
    order_id = pos.sell()
    sent = {"tenders": [online(PRICE_MINOR)]}
    with banking():
        first = pos.post(f"/orders/{order_id}/pay", sent, key="k-1")
    again = pos.post(f"/orders/{order_id}/pay", sent, key="k-1")
    assert first.status == 202
    assert again.status == 202
    assert again.body == first.body
    assert pos.post(f"/orders/{order_id}/pay", sent, key="k-2").code == "provider_not_found"


def test_a_drawers_command(pos: Till, backoffice: Till) -> None:
    """Its store has another smallest coin since."""
    sent = {"float_minor": 3}
    first = pos.post("/drawer/open", sent, key="k-1")
    assert backoffice.put("/store", {"cash_rounding_minor": 5}).status == 200
    again = pos.post("/drawer/open", sent, key="k-1")
    assert (first.status, again.status) == (202, 202)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    (bulk,) = pos.post("/commands", [{"key": "k-1", "kind": "drawer_open", "body": sent}]).body["items"]
    assert (bulk["status"], bulk["command_id"]) == ("replayed", first.body["id"])
    other = pos.post("/drawer/open", {"float_minor": 4}, key="k-1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert pos.post("/drawer/open", sent, key="k-2").pointers == ["#/float_minor"]


def test_a_cancel_that_a_till_may_not_send_today(pos: Till) -> None:
    order_id = pos.sell()
    first = pos.post(f"/orders/{order_id}/cancel", key="k-1")
    with unguarded():
        Order.objects.filter(id=order_id).update(status="processing", terminal=None)
    assert pos.post(f"/orders/{order_id}/cancel", key="k-1").body == first.body
    assert pos.post(f"/orders/{order_id}/cancel", key="k-2").code == "role_not_allowed"


@pytest.mark.parametrize("named", [True, False], ids=["with an id", "without an id"])
@pytest.mark.parametrize("since_then", [changes_currency, is_renamed])
def test_a_bulk_request(pos: Till, named: bool, since_then: Callable[[], None]) -> None:
    brought = order(id=str(uuid4())) if named else order()
    items = [{"key": "k-1", "kind": "pay", "order": brought, "body": CARD}]
    (first,) = pos.post("/commands", items).body["items"]
    since_then()
    (again,) = pos.post("/commands", items).body["items"]
    assert again == {**first, "status": "replayed"}
    (dry,) = pos.post("/commands?dry_run=true", items).body["items"]
    assert (dry["status"], dry["command_id"]) == ("replayed", first["command_id"])
    (other,) = pos.post("/commands", [{**items[0], "kind": "reserve", "body": {}}]).body["items"]
    assert other["problem"]["code"] == "idempotency_key_reused"
    assert Order.objects.count() == 1
