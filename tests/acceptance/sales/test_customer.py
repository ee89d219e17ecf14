"""Who buys, and who stands at the till: told with orders and commands, shown with orders and payments."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from orders.commands.core.roles import Role
from orders.models import Command, Order
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
ERIKA = {"name": "Erika Mustermann", "tax_id": "DE136695976", "address": "Heidestr. 17\n51147 Köln", "email": "e@ma.de"}
ONLY_A_NAME = {"name": "Bo", "tax_id": None, "address": None, "email": None}
TEA = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_an_order_names_its_customer_and_its_cashier(pos: Till) -> None:
    asked = {**TEA, "customer": ERIKA, "cashier": "Robin"}
    foretold = pos.post("/orders?dry_run=true", asked).body
    made = pos.post("/orders", asked).body
    read = pos.get(f"/orders/{made['id']}").body
    (listed,) = pos.get("/orders").body["items"]
    for told in (foretold, made, read, listed):
        assert told["customer"] == ERIKA
        assert told["cashier"] == "Robin"


def test_an_order_without_them_has_none(pos: Till) -> None:
    made = pos.post("/orders", TEA).body
    assert (made["customer"], made["cashier"]) == (None, None)
    read = pos.get(f"/orders/{made['id']}").body
    assert (read["customer"], read["cashier"]) == (None, None)


def test_what_is_not_known_of_a_customer_is_null(pos: Till) -> None:
    empty = {**ONLY_A_NAME, "tax_id": "", "address": "", "email": ""}
    for given in ({"name": "Bo"}, ONLY_A_NAME, empty):
        made = pos.post("/orders", {**TEA, "customer": given, "cashier": ""}).body
        assert (made["customer"], made["cashier"]) == (ONLY_A_NAME, None)


def test_an_order_of_a_bulk_has_both(pos: Till, settle: Settle) -> None:
    item = {"key": "k1", "kind": "pay", "order": {**TEA, "customer": ERIKA, "cashier": "Robin"}, "body": CARD}
    (told,) = pos.post("/commands", [item]).body["items"]
    order = pos.get(f"/orders/{told['order_id']}").body
    assert (order["customer"], order["cashier"]) == (ERIKA, "Robin")


def test_another_customer_or_cashier_is_another_order(pos: Till) -> None:
    first = {**TEA, "id": str(uuid4()), "customer": ERIKA, "cashier": "Robin"}
    assert pos.post("/orders", first).status == 201
    assert pos.post("/orders", first).status == 200
    for other in ({"customer": ONLY_A_NAME}, {"customer": None}, {"cashier": "Sam"}):
        assert pos.post("/orders", {**first, **other}).code == "id_reused"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("name", 5),
        ("name", "x" * 201),
        ("name", " Erika"),
        ("name", "Eri\u200bka"),
        ("name", "Erika\nMustermann"),
        ("name", "Eri\u0007ka"),
        ("name", "Eri\u0000ka"),
        ("name", "Erika\u00a0Mustermann"),
        ("tax_id", "x" * 201),
        ("tax_id", "1\u00ad2"),
        ("address", "x" * 501),
        ("address", "Heidestr. 17\u0000"),
        ("address", "Heidestr.\t17"),
        ("address", "Heidestr. 17\n\u202e51147"),
        ("email", "nobody"),
        ("email", "a b@example.com"),
        ("email", "x" * 190 + "@example.com"),
        ("phone", "1"),
    ],
)
def test_a_customer_is_plain_text_within_its_lengths(pos: Till, field: str, value: Any) -> None:
    bad = {**ERIKA, field: value}
    refused = pos.post("/orders", {**TEA, "customer": bad})
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/customer/{field}"])
    assert not Order.objects.exists()
    order_id = pos.sell()
    refused = pos.put(f"/orders/{order_id}/customer", bad)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/{field}"])
    assert pos.get(f"/orders/{order_id}").body["customer"] is None


@pytest.mark.parametrize("cashier", ["x" * 201, " Robin", "Ro\u200bbin", "Ro\nbin", 5])
def test_a_cashier_is_plain_text_within_its_length(pos: Till, cashier: Any) -> None:
    assert pos.post("/orders", {**TEA, "cashier": cashier}).pointers == ["#/cashier"]
    order_id = pos.sell()
    assert pos.post(f"/orders/{order_id}/pay", {**CARD, "cashier": cashier}, key="k").pointers == ["#/cashier"]
    assert not Command.objects.exists()


def test_names_are_kept_in_one_form(pos: Till) -> None:
    made = pos.post("/orders", {**TEA, "customer": {"name": "Zoe\u0308"}, "cashier": "Rene\u0301"}).body
    assert (made["customer"]["name"], made["cashier"]) == ("Zo\u00eb", "Ren\u00e9")
    longest = {"name": "x" * 200, "tax_id": "y" * 200, "address": "z" * 500, "email": "e" * 188 + "@example.com"}
    assert pos.post("/orders", {**TEA, "customer": longest, "cashier": "c" * 200}).status == 201


def test_the_customer_of_an_order_is_put_and_taken_away(pos: Till) -> None:
    order_id = pos.sell()
    put = pos.put(f"/orders/{order_id}/customer", ERIKA)
    assert (put.status, put.body["id"], put.body["customer"]) == (200, str(order_id), ERIKA)
    assert pos.get(f"/orders/{order_id}").body == put.body
    assert pos.put(f"/orders/{order_id}/customer", {"name": "Bo"}).body["customer"] == ONLY_A_NAME
    assert pos.put(f"/orders/{order_id}/customer", b"null").body["customer"] is None


def test_the_customer_is_put_until_the_order_is_cancelled(pos: Till, supervisor: Till, settle: Settle) -> None:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/pay", CARD, key="pay"), pos)
    paid = pos.put(f"/orders/{order_id}/customer", ERIKA)
    assert (paid.status, paid.body["status"], paid.body["customer"]) == (200, "paid", ERIKA)
    settle(supervisor.post(f"/orders/{order_id}/cancel", {}, key="cancel"), supervisor)
    for body in (b"null", {"name": "Bo"}):
        refused = pos.put(f"/orders/{order_id}/customer", body)
        assert (refused.status, refused.code) == (409, "order_cancelled")
    assert pos.get(f"/orders/{order_id}").body["customer"] == ERIKA


@pytest.mark.parametrize("body", [b"", b"[]", b'"Erika"', b"5", {}])
def test_a_customer_is_an_object_or_null(pos: Till, body: Any) -> None:
    order_id = pos.sell()
    pos.put(f"/orders/{order_id}/customer", ERIKA)
    assert pos.put(f"/orders/{order_id}/customer", body).code == "validation_failed"
    assert pos.get(f"/orders/{order_id}").body["customer"] == ERIKA


@pytest.mark.parametrize("role", list(Role))
def test_who_sells_puts_customers(chain: Chain, shop: Shop, role: Role) -> None:
    put = chain.tills[role].put(f"/orders/{shop.order(('TEA-80', 1))}/customer", ERIKA)
    if role is Role.AUDITOR:
        assert (put.status, put.code) == (403, "role_not_allowed")
    else:
        assert put.status == 200


def test_another_stores_order_is_not_there(pos: Till, elsewhere: Till) -> None:
    order_id = pos.sell()
    assert elsewhere.put(f"/orders/{order_id}/customer", ERIKA).code == "order_not_found"
    assert pos.put(f"/orders/{uuid4()}/customer", ERIKA).code == "order_not_found"
    assert pos.get(f"/orders/{order_id}").body["customer"] is None


def test_new_lines_keep_the_customer_unless_they_name_one(pos: Till) -> None:
    order_id = pos.post("/orders", {**TEA, "customer": ERIKA}).body["id"]
    path, lines = f"/orders/{order_id}/lines", {"lines": [{"sku": "MUG-RED", "quantity": 1}]}
    assert pos.put(path, lines).body["customer"] == ERIKA
    assert pos.put(path, {**lines, "customer": {"name": "Bo"}}).body["customer"] == ONLY_A_NAME
    assert pos.put(path, {**lines, "customer": None}).body["customer"] is None


def test_each_order_command_takes_a_cashier(pos: Till, supervisor: Till, settle: Settle) -> None:
    by = {"cashier": "Robin"}
    held, shipped = pos.sell(), pos.sell(("MUG-RED", 2), fulfilment="shipment")
    (line,) = pos.get(f"/orders/{shipped}").body["lines"]
    asked: list[tuple[Any, str, Any]] = [
        (held, "reserve", {"expires_in_s": 60}),
        (held, "extend", {"expires_in_s": 3600}),
        (held, "release", {}),
        (held, "pay", CARD),
        (shipped, "pay", {"tenders": [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]}),
        (shipped, f"items/{line['id']}/ship", {"quantity": 1}),
        (shipped, "fulfill", {}),
        (shipped, "deliver", {}),
        (shipped, "return", {"lines": [{"sku": "MUG-RED", "quantity": 1, "condition": "sellable"}]}),
        (held, "cancel", {}),
    ]
    for number, (order_id, name, body) in enumerate(asked):
        accepted = supervisor.post(f"/orders/{order_id}/{name}", {**body, **by}, key=f"k{number}")
        assert settle(accepted, supervisor)["state"] == "succeeded", name
        again = supervisor.post(f"/orders/{order_id}/{name}", {**body, **by}, key=f"k{number}")
        assert (again.status, again.headers["Idempotency-Replayed"]) == (202, "true")
        other = supervisor.post(f"/orders/{order_id}/{name}", {**body, "cashier": "Sam"}, key=f"k{number}")
        assert (other.code, other.pointers) == ("idempotency_key_reused", ["#/cashier"])


def test_payments_show_who_took_and_gave_them(pos: Till, supervisor: Till, settle: Settle) -> None:
    order_id = pos.post("/orders", {**TEA, "cashier": "Alex"}).body["id"]
    settle(pos.post(f"/orders/{order_id}/pay", {**CARD, "cashier": "Robin"}, key="pay"), pos)
    settle(supervisor.post(f"/orders/{order_id}/cancel", {"cashier": "Sam"}, key="cancel"), supervisor)
    order = pos.get(f"/orders/{order_id}").body
    assert [(one["kind"], one["cashier"]) for one in order["payments"]] == [("payment", "Robin"), ("refund", "Sam")]
    nameless = pos.sell()
    settle(pos.post(f"/orders/{nameless}/pay", CARD, key="nameless"), pos)
    assert pos.get(f"/orders/{nameless}").body["payments"][0]["cashier"] is None
