"""`shortage: record` through the real server, GET /inventory/shortfalls and its acknowledgement."""

from typing import Any
from uuid import uuid4

import pytest

from orders.commands.core.roles import Role
from tests.support.processes.served import Served

CASH = {"tenders": [{"method": "cash", "amount_minor": 750}], "shortage": "record"}


@pytest.fixture
def sku(served: Served) -> str:
    """A product that no level counts."""
    sku = f"SHORT-{uuid4().hex[:8]}"
    product = {"name": "Candle", "price_minor": 250, "currency": "GBP", "tracks_stock": True}
    assert served.call("PUT", f"/products/{sku}", product, role=Role.BACKOFFICE).status == 201
    return sku


def order(sku: str, fulfilment: str = "immediate", **more: Any) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": 3}]
    return {"id": str(uuid4()), "currency": "GBP", "fulfilment": fulfilment, "lines": lines, **more}


def bulk(served: Served, *items: dict[str, Any]) -> list[Any]:
    answer = served.settled(lambda: served.call("POST", "/commands", list(items), role=Role.POS, Prefer="wait=10"))
    assert answer.status == 200, answer
    return list(answer.body["items"])


def sale(of: dict[str, Any]) -> dict[str, Any]:
    return {"key": str(uuid4()), "kind": "pay", "order": of, "body": CASH}


def listed(served: Served, sku: str, query: str = "") -> list[Any]:
    items = served.call("GET", f"/inventory/shortfalls?limit=200{query}", role=Role.POS).body["items"]
    return [one for one in items if one["sku"] == sku]


def stock(served: Served, call: str, **body: Any) -> Any:
    headers = {"Prefer": "wait=10", "Idempotency-Key": str(uuid4())}
    path = f"/inventory/{call}"
    answer = served.settled(lambda: served.call("POST", path, body, role=Role.BACKOFFICE, **headers))
    assert answer.status == 200, answer
    return answer.body


def test_an_offline_sale_is_taken_and_shows_what_has_to_be_counted(served: Served, sku: str) -> None:
    (item,) = bulk(served, sale(order(sku)))
    command = item["command"]
    assert command["state"] == "succeeded", command
    (shortfall,) = command["result"]["shortfalls"]
    assert (shortfall["sku"], shortfall["quantity"]) == (sku, 3)
    (report,) = listed(served, sku)
    assert (report["quantity"], report["location"]) == (3, shortfall["location"])
    assert (report["order_id"], report["command_id"]) == (item["order_id"], command["id"])
    moves = served.call("GET", f"/inventory/movements?sku={sku}", role=Role.POS).body["items"]
    assert [(move["kind"], move["quantity_change"], move["reason"]) for move in moves] == [
        ("outbound", -3, None),
        ("adjust", 3, "shortfall"),
    ]


def test_the_back_office_acknowledges_it_and_who_was_first_stays(served: Served, sku: str) -> None:
    bulk(served, sale(order(sku)))
    (report,) = listed(served, sku)
    path = f"/inventory/shortfalls/{report['id']}/acknowledge"
    assert served.call("POST", path, role=Role.SUPERVISOR).body["code"] == "role_not_allowed"
    seen = served.call("POST", path, role=Role.BACKOFFICE)
    assert seen.body["acknowledged_by"]
    assert served.call("POST", path, role=Role.BACKOFFICE).body == seen.body
    assert listed(served, sku, "&acknowledged=false") == []
    assert listed(served, sku, "&acknowledged=true") == [seen.body]
    unknown = served.call("POST", "/inventory/shortfalls/999999999/acknowledge", role=Role.BACKOFFICE)
    assert (unknown.status, unknown.body["code"]) == (404, "shortfall_not_found")


@pytest.mark.parametrize("way", ["count", "import"])
def test_the_next_count_ends_it(served: Served, sku: str, way: str) -> None:
    bulk(served, sale(order(sku)))
    stock(served, "receive", items=[{"sku": sku, "quantity": 4}])
    assert len(listed(served, sku)) == 1
    stock(served, way, items=[{"sku": sku, "quantity": 4}])
    assert listed(served, sku) == []
    (report,) = listed(served, sku, "&counted=true")
    assert report["counted_at"]


def test_a_cancelled_one_leaves_the_goods_there(served: Served, sku: str) -> None:
    (item,) = bulk(served, sale(order(sku)))
    headers = {"Prefer": "wait=10", "Idempotency-Key": str(uuid4())}
    path = f"/orders/{item['order_id']}/cancel"
    cancelled = served.settled(lambda: served.call("POST", path, {}, role=Role.SUPERVISOR, **headers))
    assert cancelled.body["state"] == "succeeded"
    assert served.call("GET", f"/inventory/items/{sku}", role=Role.POS).body["on_hand"] == 3


def test_a_shipment_cannot_be_recorded(served: Served, sku: str) -> None:
    shipment = order(sku, fulfilment="shipment")
    (refused,) = bulk(served, sale(shipment))
    assert (refused["status"], refused["problem"]["code"]) == ("refused", "shortage_not_recordable")
    assert refused["problem"]["errors"][0]["pointer"] == "#/0/body/shortage"
    assert served.call("POST", "/orders", shipment, role=Role.POS).status == 201
    path = f"/orders/{shipment['id']}/pay"
    alone = served.call("POST", path, CASH, role=Role.POS, **{"Idempotency-Key": "ship"})
    assert (alone.status, alone.body["code"]) == (422, "shortage_not_recordable")
    assert alone.body["errors"][0]["pointer"] == "#/shortage"
    by_id = {"key": str(uuid4()), "kind": "pay", "order_id": shipment["id"], "body": CASH}
    assert bulk(served, by_id)[0]["status"] == "refused"
