"""What a receipt says, of which command, and in which form it comes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.shop.baskets import AMOUNTS, BASKET, line, list_goods, made, of_lines, order
from tests.support.shop.papers import asked, done, pay, receipt
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


def test_an_unpaid_order_has_a_pro_forma_with_what_is_due(pos: Till) -> None:
    found = made(pos, order(*BASKET, discount_percent="10"))
    told = receipt(pos, found["id"])
    assert (told["kind"], told["number"]) == ("pro_forma", found["number"])
    assert (told["due_minor"], told["total_minor"], told["subtotal_minor"]) == (1707, 1707, 1897)
    assert (told["discount_minor"], told["tax_minor"], told["payments"]) == (190, 236, [])
    assert (told["invoice_number"], told["invoice_pending"], told["business_day"]) == (None, False, None)
    assert of_lines(told, *AMOUNTS) == of_lines(found, *AMOUNTS)
    assert told["taxes"] == found["taxes"]


def test_a_paid_order_has_its_receipt(pos: Till, settle: Settle) -> None:
    found = made(pos, order(*BASKET))
    paid = pay(pos, settle, found["id"], ("card", 897), ("cash", 2000))
    told = receipt(pos, found["id"])
    now = pos.get(f"/orders/{found['id']}").body
    assert (told["kind"], told["invoice_number"], told["invoice_pending"]) == ("receipt", now["invoice_number"], False)
    assert (told["business_day"], told["at"]) == (now["business_day"], now["paid_at"])
    assert (told["total_minor"], told["due_minor"], told["change_minor"], told["rounding_minor"]) == (1897, 0, 1000, 0)
    assert [(one["kind"], one["method"], one["amount_minor"]) for one in told["payments"]] == [
        ("payment", "card", 897),
        ("payment", "cash", 1000),
    ]
    assert told["taxes"] == [
        {"code": "std", "name": "STD", "rate": "20", "net_minor": 1247, "tax_minor": 250},
        {"code": "red", "name": "RED", "rate": "5", "net_minor": 238, "tax_minor": 12},
    ]
    assert receipt(pos, found["id"], command=paid) == told


def test_a_receipt_tells_of_its_store(pos: Till, backoffice: Till) -> None:
    words = {"name": "North Street", "address": "1 North Street\nLeeds", "tax_id": "GB 123", "receipt_footer": "Bye"}
    backoffice.put("/store", {**words, "locale": "en-GB", "time_zone": "Europe/London"})
    told = receipt(pos, made(pos, order(line("TEA")))["id"])
    assert told["footer"] == "Bye"
    assert told["store"] == {
        "name": "North Street",
        "address": "1 North Street\nLeeds",
        "tax_id": "GB 123",
        "currency": "GBP",
        "locale": "en-GB",
        "time_zone": "Europe/London",
    }


def test_every_role_reads_it_and_no_other_store(
    pos: Till, supervisor: Till, backoffice: Till, auditor: Till, elsewhere: Till
) -> None:
    order_id = made(pos, order(line("TEA")))["id"]
    for till in (pos, supervisor, backoffice, auditor):
        assert asked(till, order_id).status == 200
    assert (asked(elsewhere, order_id).status, asked(elsewhere, order_id).code) == (404, "order_not_found")
    assert asked(pos, uuid4()).code == "order_not_found"


def test_of_a_return_its_credit_note(supervisor: Till, settle: Settle) -> None:
    """Three for ten come back one by one."""
    found = made(supervisor, order(line("STAMP", 3, unit_price_minor=334, discount_minor=2, tax_code="std")))
    pay(supervisor, settle, found["id"], ("card", 1000))
    back = {"lines": [line("STAMP", condition="sellable")]}
    ids = [done(supervisor, settle, found["id"], "return", back, key=f"back {n}") for n in range(3)]
    notes = [receipt(supervisor, found["id"], command=id_) for id_ in ids]
    assert [note["kind"] for note in notes] == ["credit_note"] * 3
    assert [(note["total_minor"], note["tax_minor"]) for note in notes] == [(333, 56), (334, 55), (333, 56)]
    assert [note["taxes"][0]["net_minor"] for note in notes] == [277, 279, 277]
    assert [[one["amount_minor"] for one in note["payments"]] for note in notes] == [[333], [334], [333]]
    assert [note["lines"][0]["quantity"] for note in notes] == [1, 1, 1]
    assert {note["invoice_number"] for note in notes} == {receipt(supervisor, found["id"])["invoice_number"]}
    for note in notes:
        (one,) = note["lines"]
        assert one["amount_minor"] - one["discount_minor"] == one["line_total_minor"] == note["total_minor"]
    assert receipt(supervisor, found["id"])["total_minor"] == 1000


def test_of_a_cancel_its_credit_note(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(*BASKET))
    pay(supervisor, settle, found["id"], ("cash", 1897))
    note = receipt(supervisor, found["id"], command=done(supervisor, settle, found["id"], "cancel", key="c"))
    assert of_lines(note, *AMOUNTS) == of_lines(found, *AMOUNTS)
    assert (note["kind"], note["total_minor"], note["taxes"]) == ("credit_note", 1897, found["taxes"])
    assert receipt(supervisor, found["id"])["kind"] == "receipt"


def test_of_a_cancelled_rest_only_that_is_credited(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(*BASKET, fulfilment="shipment"))
    pay(supervisor, settle, found["id"], ("card", 1897))
    shipped = {"lines": [{"line_id": found["lines"][0]["id"], "quantity": 2}]}
    done(supervisor, settle, found["id"], "fulfill", shipped, key="f")
    rest = receipt(supervisor, found["id"], command=done(supervisor, settle, found["id"], "cancel", key="c"))
    assert of_lines(rest, "sku", "quantity") == [("TEA", 1), ("LOAF", 1), ("STAMP", 2)]
    back = {"lines": [line("TEA", 2, condition="sellable")]}
    tea = receipt(supervisor, found["id"], command=done(supervisor, settle, found["id"], "return", back, key="r"))
    assert rest["total_minor"] + tea["total_minor"] == 1897
    assert rest["tax_minor"] + tea["tax_minor"] == 262


def test_what_came_back_before_it_was_paid_is_not_on_the_receipt(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(line("TEA", 3), fulfilment="shipment", payment_terms="on_account"))
    for kind, body in (("reserve", {}), ("fulfill", None)):
        done(supervisor, settle, found["id"], kind, body, key=kind)
    back = done(
        supervisor, settle, found["id"], "return", {"lines": [line("TEA", 1, condition="sellable")]}, key="back"
    )
    assert asked(supervisor, found["id"], command=back).code == "receipt_not_found"
    pay(supervisor, settle, found["id"], ("card", 998))
    told = receipt(supervisor, found["id"])
    assert (told["total_minor"], told["rounding_minor"]) == (998, 0)
    assert of_lines(told, "quantity", "amount_minor") == [(2, 998)]


def test_a_return_by_sku_is_spread_over_lines_and_so_is_its_credit_note(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(line("TEA", 2), line("TEA", 2, unit_price_minor=450)))
    pay(supervisor, settle, found["id"], ("card", 1898))
    note = receipt(
        supervisor,
        found["id"],
        command=done(
            supervisor, settle, found["id"], "return", {"lines": [line("TEA", 3, condition="sellable")]}, key="r"
        ),
    )
    assert of_lines(note, "quantity", "line_total_minor") == [(2, 998), (1, 450)]
    assert note["total_minor"] == 1448


def test_of_another_command_there_is_none(supervisor: Till, settle: Settle) -> None:
    order_id = supervisor.sell(("TEA-80", 1))
    reserved = done(supervisor, settle, order_id, "reserve", {}, key="r")
    refused = settle(
        supervisor.post(f"/orders/{order_id}/pay", {"tenders": [{"method": "card", "amount_minor": 1}]}, key="x"),
        supervisor,
    )
    cancelled = done(supervisor, settle, order_id, "cancel", key="c")
    for command in (reserved, refused["id"], cancelled, uuid4()):
        found = asked(supervisor, order_id, command=command)
        assert (found.status, found.code) == (404, "receipt_not_found")
    other = supervisor.sell(("TEA-80", 1))
    paid = pay(supervisor, settle, other, ("card", 250), key="o")
    assert asked(supervisor, order_id, command=paid).code == "receipt_not_found"
    assert asked(supervisor, order_id, command="no-id").status == 422


def test_parts_of_a_deposit_have_receipts_of_their_own(supervisor: Till, settle: Settle) -> None:
    order_id = supervisor.sell(("TEA-80", 4))
    done(supervisor, settle, order_id, "reserve", {}, key="r")
    first = pay(supervisor, settle, order_id, ("cash", 300), key="1", partial=True)
    second = pay(supervisor, settle, order_id, ("card", 200), key="2", partial=True)
    half_paid = receipt(supervisor, order_id)
    assert (half_paid["kind"], half_paid["due_minor"], len(half_paid["payments"])) == ("pro_forma", 500, 2)
    last = pay(supervisor, settle, order_id, ("cash", 1000), key="3")
    parts = [receipt(supervisor, order_id, command=command) for command in (first, second, last)]
    assert [(one["kind"], one["is_part"], one["due_minor"]) for one in parts] == [
        ("receipt", True, 700),
        ("receipt", True, 500),
        ("receipt", False, 0),
    ]
    assert [one["paid_before_minor"] for one in parts] == [0, 300, 0]
    assert [[paid["amount_minor"] for paid in one["payments"]] for one in parts] == [[300], [200], [300, 200, 500]]
    assert [one["invoice_number"] is None for one in parts] == [True, True, False]
    assert parts[2]["change_minor"] == 500


def test_of_a_cancelled_deposit_what_is_given_back(supervisor: Till, settle: Settle) -> None:
    order_id = supervisor.sell(("TEA-80", 4))
    done(supervisor, settle, order_id, "reserve", {}, key="r")
    pay(supervisor, settle, order_id, ("cash", 300), key="1", partial=True)
    note = receipt(supervisor, order_id, command=done(supervisor, settle, order_id, "cancel", key="c"))
    assert (note["kind"], note["is_part"], note["total_minor"]) == ("credit_note", True, 300)
    assert (note["lines"], note["credit_note_number"], note["credit_note_pending"]) == ([], None, False)
    assert [(one["kind"], one["amount_minor"]) for one in note["payments"]] == [("refund", 300)]


def test_what_was_rounded_as_a_deposit_went_back_is_told(supervisor: Till, backoffice: Till, settle: Settle) -> None:
    """Of 1.53 ahead 0.53 go back as 0.55, so that nothing is left to be paid of 1.00."""
    backoffice.put("/store", {"cash_rounding_minor": 5})
    three = line("STAMP", 3, unit_price_minor=100)
    found = made(supervisor, order(three, fulfilment="shipment", payment_terms="on_account"))
    done(supervisor, settle, found["id"], "reserve", {}, key="r")
    one = {"lines": [{"line_id": found["lines"][0]["id"], "quantity": 1}]}
    done(supervisor, settle, found["id"], "fulfill", one, key="f")
    pay(supervisor, settle, found["id"], ("card", 153), partial=True)
    in_cash = {"refund_to": [{"method": "cash", "amount_minor": 55}]}
    note = receipt(supervisor, found["id"], command=done(supervisor, settle, found["id"], "cancel", in_cash, key="c"))
    assert (note["is_part"], note["total_minor"], note["rounding_minor"]) == (True, 53, -2)
    assert [one["amount_minor"] for one in note["payments"]] == [55]
    due = supervisor.get(f"/orders/{found['id']}").body["due_minor"]
    told = receipt(supervisor, found["id"])
    assert (told["total_minor"], told["rounding_minor"], told["due_minor"]) == (100, -2, due) == (100, -2, 0)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/plain"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("TEXT/HTML", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/plain;q=0.5, text/html;q=0.6", "text/html"),
        ("application/json;q=0, */*", "text/plain"),
        ("text/html;level=1;q=0.3, text/plain;q=0.2", "text/html"),
    ],
)
def test_it_comes_as_is_accepted(pos: Till, accept: str | None, form: str) -> None:
    order_id = pos.sell(("TEA-80", 1))
    found = asked(pos, order_id, **({"Accept": accept} if accept else {}))
    assert (found.status, found.headers["Content-Type"].split(";")[0]) == (200, form)
    assert found.headers["Vary"] == "Accept"


@pytest.mark.parametrize("accept", ["image/png", "text/csv", "*/*;q=0", "application/json;q=0", "nonsense"])
def test_what_it_does_not_come_as_is_refused(pos: Till, accept: str) -> None:
    found = asked(pos, pos.sell(("TEA-80", 1)), Accept=accept)
    assert (found.status, found.code) == (406, "not_acceptable")
