"""A client made from the OpenAPI document alone does a day's work against a real server and a real worker."""

from typing import Any

import pytest

from orders.commands.core.roles import Role
from tests.support.http.documented import Documented
from tests.support.processes.served import Served


@pytest.fixture(scope="module")
def client(served: Served) -> Documented:
    return Documented(f"{served.url}/api/v1/openapi.json", served.keys[Role.BACKOFFICE])


@pytest.fixture(scope="module")
def product(client: Documented) -> Any:
    """One that is counted, with stock for what follows."""
    found = next(product for product in client.pages("list_products") if product["tracks_stock"])
    before = client.call("item", sku=found["sku"]).body
    received = client.settled("receive", sku=found["sku"], quantity=20)
    assert (received["state"], received["outcome"]["code"]) == ("succeeded", "applied")
    assert client.call("item", sku=found["sku"]).body["on_hand"] == before["on_hand"] + 20
    return found


def ordered(client: Documented, product: Any, fulfilment: str) -> Any:
    created = client.call(
        "create_order", sku=product["sku"], quantity=3, currency=product["currency"], fulfilment=fulfilment
    )
    assert created.status == 201
    assert created.body["total_minor"] == 3 * product["price_minor"]
    return created.body


def status(client: Documented, order: Any) -> tuple[str, str]:
    found = client.call("read_order", order_id=order["id"]).body
    return found["status"], found["payment_status"]


def test_it_makes_a_sale_and_looks_it_up(client: Documented, product: Any) -> None:
    order = ordered(client, product, "immediate")
    submitted = client.call("pay", order_id=order["id"], method="card", amount_minor=order["total_minor"])
    again = client.settled(
        "pay",
        order_id=order["id"],
        method="card",
        amount_minor=order["total_minor"],
        **{"Idempotency-Key": submitted.key},
    )
    assert (again["id"], again["state"], again["result"]["order_status"]) == (submitted.body["id"], "succeeded", "paid")
    assert status(client, order) == ("paid", "paid")
    assert client.call("find_command", key=submitted.key).body == again
    known, unknown = client.call("look_up_commands", keys=[submitted.key, "never sent"]).body["items"]
    assert known["command"] == again
    assert unknown["command"] is None


def test_it_ships_an_order_and_takes_some_of_it_back(client: Documented, product: Any) -> None:
    order = ordered(client, product, "shipment")
    line_id = order["lines"][0]["id"]
    amount = order["total_minor"]
    steps: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
        ("reserve", {"expires_in_s": 600}, ("processing", "unpaid")),
        ("extend", {"expires_in_s": 1200}, ("processing", "unpaid")),
        ("pay", {"method": "card", "amount_minor": amount, "expected_total_minor": amount}, ("processing", "paid")),
        ("ship_item", {"line_id": line_id, "quantity": 1}, ("partially_shipped", "paid")),
        ("fulfill", {}, ("shipped", "paid")),
        ("deliver", {}, ("delivered", "paid")),
        ("take_back", {"sku": product["sku"], "quantity": 2}, ("delivered", "partially_refunded")),
    ]
    for operation_id, values, after in steps:
        command = client.settled(operation_id, order_id=order["id"], **values)
        assert command["state"] == "succeeded", command
        assert status(client, order) == after
    history = client.call("read_history", order_id=order["id"]).body["items"]
    assert [entry["kind"] for entry in history] == [
        "return" if name == "take_back" else "fulfill" if name == "ship_item" else name for name, _, _ in steps
    ]
    moved = [one for one in client.pages("movements") if one["order_id"] == order["id"]]
    assert sum(one["quantity_change"] for one in moved) == -1


def test_it_holds_and_commits_stock_without_an_order(client: Documented, product: Any) -> None:
    held = {"reference": "basket 7", "sku": product["sku"], "quantity": 2}
    before = client.call("item", sku=product["sku"]).body
    assert client.settled("reserve_items", **held)["state"] == "succeeded"
    assert client.settled("commit_outbound", **held)["state"] == "succeeded"
    assert client.settled("release_items", reference="basket 7")["outcome"]["code"] == "hold_not_found"
    after = client.call("item", sku=product["sku"]).body
    assert (after["on_hand"], after["reserved"]) == (before["on_hand"] - 2, before["reserved"])


def test_it_reads_a_refusal(client: Documented, product: Any) -> None:
    missing = client.call("read_order")
    assert (missing.status, missing.body["code"]) == (404, "order_not_found")
    order = ordered(client, product, "immediate")
    refused = client.settled("pay", order_id=order["id"], method="card", amount_minor=1)
    assert (refused["state"], refused["outcome"]["code"]) == ("rejected", "payment_does_not_match_total")


def test_it_calls_every_read_with_what_the_document_shows(client: Documented, product: Any) -> None:
    """Whatever is not there is a documented problem; the report is no JSON."""
    for methods in client.document["paths"].values():
        if (call := methods.get("get")) and call["operationId"] != "report_invoice_numbers":
            assert client.call(call["operationId"]).status in (200, 404)
