"""Whom and what a receipt names: the customer, and the numbers of invoices and credit notes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.shop.baskets import line, list_goods, made, order
from tests.support.shop.papers import amounts, done, pay, printed, receipt
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


def test_a_credit_note_has_its_own_number_and_names_its_sales(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(line("TEA", 2)))
    pay(supervisor, settle, found["id"], ("card", found["total_minor"]))
    back = {"lines": [line("TEA", condition="sellable")]}
    id_ = done(supervisor, settle, found["id"], "return", back, key="back")
    order_now = supervisor.get(f"/orders/{found['id']}").body
    [note] = order_now["credit_notes"]
    told = receipt(supervisor, found["id"], command=id_)
    assert (told["credit_note_number"], told["credit_note_pending"]) == (note["number"], False)
    assert told["invoice_number"] == order_now["invoice_number"] != note["number"]
    written = dict(amounts(printed(supervisor, found["id"], command=id_)))
    assert (written["Credit note"], written["Invoice"]) == (note["number"], order_now["invoice_number"])


def test_the_customer_stands_on_it_with_the_address_line_by_line(supervisor: Till) -> None:
    buyer = {"name": "Erika Mustermann", "tax_id": "DE 1", "address": "Hauptstr. 1\nBerlin", "email": None}
    found = made(supervisor, order(line("TEA"), customer=buyer))
    assert receipt(supervisor, found["id"])["customer"] == buyer
    lines = [one.strip() for one in printed(supervisor, found["id"])]
    i = next(i for i, one in enumerate(lines) if one.endswith("Erika Mustermann"))
    assert lines[i + 1].split() == ["Tax", "number", "DE", "1"]
    assert lines[i + 2 : i + 4] == ["Hauptstr. 1", "Berlin"]
