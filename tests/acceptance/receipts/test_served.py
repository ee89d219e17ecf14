"""Receipts through the web server: each sentence of what they are, for a till on the wire."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from wcwidth import wcswidth

from tests.acceptance.receipts.conftest import Counter
from tests.support.shop.papers import PAGE, TEXT, amounts, asked, done, page, pay, printed, receipt

JSON_NAMES = {
    *("store", "kind", "number", "invoice_number", "invoice_pending", "credit_note_number", "business_day", "at"),
    *("lines", "discount_minor", "taxes", "total_minor", "payments", "rounding_minor", "change_minor", "customer"),
    "footer",
}
SCRIPT = "<script>alert(1)</script> & \"Söhne'"


def product(counter: Counter, name: str = "Tea", price_minor: int = 499) -> str:
    """The SKU of a product of this test's own, taxed at 20 %."""
    sku = f"P-{uuid4()}"
    counter.backoffice.put("/taxes/std", {"name": "VAT", "rate": "20"})
    body = {"name": name, "price_minor": price_minor, "currency": "GBP", "tracks_stock": False, "tax_code": "std"}
    assert counter.backoffice.put(f"/products/{sku}", body).status == 201
    return sku


def ordered(counter: Counter, sku: str, quantity: int = 2, **more: Any) -> UUID:
    body = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": sku, "quantity": quantity}], **more}
    created = counter.pos.post("/orders", body)
    assert created.status == 201, created
    return UUID(created.body["id"])


def sold(counter: Counter, sku: str, total_minor: int = 998) -> UUID:
    order_id = ordered(counter, sku)
    pay(counter.pos, counter.waited, order_id, ("cash", total_minor + 2), key=f"pay-{order_id}")
    return order_id


def test_by_accept_it_is_json_text_or_a_page_else_406(counter: Counter) -> None:
    order_id = sold(counter, product(counter))
    told = asked(counter.pos, order_id)
    assert set(told.body) >= JSON_NAMES
    assert (told.body["kind"], told.body["total_minor"], told.body["change_minor"]) == ("receipt", 998, 2)
    types = {form: asked(counter.pos, order_id, Accept=form).headers["Content-Type"] for form in (TEXT, PAGE)}
    assert types == {TEXT: "text/plain; charset=utf-8", PAGE: "text/html; charset=utf-8"}
    assert asked(counter.pos, order_id, Accept="application/pdf").status == 406


def test_a_page_comes_with_a_policy_and_is_kept_nowhere(counter: Counter) -> None:
    found = asked(counter.pos, sold(counter, product(counter)), Accept=PAGE)
    assert re.search(r"@page \{ size: 80mm \d+mm;", found.body)
    assert found.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert (found.headers["Cache-Control"], found.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert found.headers["Vary"] == "Accept"


def test_names_are_text_in_each_form(counter: Counter) -> None:
    counter.backoffice.put("/store", {"name": SCRIPT, "address": SCRIPT, "receipt_footer": SCRIPT})
    customer = {"name": SCRIPT, "address": SCRIPT}
    order_id = ordered(counter, product(counter, SCRIPT), customer=customer)
    assert receipt(counter.pos, order_id)["lines"][0]["name"] == SCRIPT
    assert "".join(printed(counter.pos, order_id)).count("alert(1)") == 6
    assert "<script" not in asked(counter.pos, order_id, Accept=PAGE).body.casefold()
    assert page(counter.pos, order_id).count(SCRIPT) == 6


@pytest.mark.parametrize(
    "name",
    [
        "日本語のとても長い商品名" * 8,
        "קפה טחון 250 גרם — בלו\u202eש" * 4,
        "قهوة عربية " * 12,
        "👩\u200d👩\u200d👧 family" * 8,
        "W" * 200,
    ],
    ids=["wide", "hebrew", "arabic", "joined", "long"],
)
def test_text_has_42_columns_as_they_are_seen_and_nothing_is_cut(counter: Counter, name: str) -> None:
    order_id = ordered(counter, product(counter, name[:200].strip()))
    lines = printed(counter.pos, order_id)
    assert all(0 <= wcswidth(line) <= 42 for line in lines)
    letters = "".join(one for one in name[:200] if one.isalnum())
    assert letters in "".join(one for one in "".join(lines) if one.isalnum())
    assert "\u202e" not in "".join(lines) + asked(counter.pos, order_id, Accept=PAGE).body


def test_asked_for_again_it_is_the_same_paper(counter: Counter) -> None:
    order_id = sold(counter, product(counter))
    for form in ("application/json", TEXT, PAGE):
        first, again = (asked(counter.supervisor, order_id, Accept=form).body for _ in range(2))
        assert first == again


def test_later_names_and_prices_change_no_receipt(counter: Counter) -> None:
    sku = product(counter)
    order_id = sold(counter, sku)
    before = receipt(counter.pos, order_id)
    counter.backoffice.put(f"/products/{sku}", {"name": "Other", "price_minor": 1})
    counter.backoffice.put("/taxes/std", {"name": "Other", "rate": "5"})
    assert receipt(counter.pos, order_id) == before
    counter.backoffice.put("/taxes/std", {"name": "VAT", "rate": "20"})


def test_of_a_return_it_is_the_credit_note_and_of_the_pay_still_the_receipt(counter: Counter) -> None:
    sku = product(counter)
    order_id = ordered(counter, sku)
    paid = pay(counter.pos, counter.waited, order_id, ("cash", 998), key=f"pay-{order_id}")
    body = {"lines": [{"sku": sku, "quantity": 1, "condition": "sellable"}]}
    back = done(counter.supervisor, counter.waited, order_id, "return", body, key=f"back-{order_id}")
    note = receipt(counter.pos, order_id, command=back)
    assert (note["kind"], note["total_minor"], note["payments"][0]["kind"]) == ("credit_note", 499, "refund")
    sale = receipt(counter.pos, order_id, command=paid)
    assert (sale["kind"], sale["total_minor"]) == ("receipt", 998)
    assert note["invoice_number"] == sale["invoice_number"]
    assert asked(counter.pos, order_id, command=uuid4()).status == 404


def test_parts_and_the_rest_have_papers_of_their_own(counter: Counter) -> None:
    order_id = ordered(counter, product(counter), fulfilment="shipment")
    done(counter.pos, counter.waited, order_id, "reserve", key=f"0-{order_id}")
    first = pay(counter.pos, counter.waited, order_id, ("card", 400), key=f"1-{order_id}", partial=True)
    due = receipt(counter.pos, order_id)
    assert (due["kind"], due["due_minor"]) == ("pro_forma", 598)
    part = receipt(counter.pos, order_id, command=first)
    assert (part["is_part"], part["due_minor"], part["invoice_number"], part["invoice_pending"]) == (
        True,
        598,
        None,
        False,
    )
    pay(counter.pos, counter.waited, order_id, ("card", 598), key=f"2-{order_id}")
    whole = receipt(counter.pos, order_id)
    assert (whole["kind"], whole["is_part"], len(whole["payments"])) == ("receipt", False, 2)
    assert receipt(counter.pos, order_id, command=first) == part


LABELS = [
    ("en-GB", "RECEIPT", "Total", "Cash", "Change", "£9.98", "A VAT 20% on £8.32"),
    ("de", "KASSENBON", "Summe", "Bar", "Rückgeld", "9,98 £", "A VAT 20 % auf 8,32 £"),
    ("fr", "TICKET DE CAISSE", "Total", "Espèces", "Monnaie rendue", "9,98 £GB", "A VAT 20 % sur 8,32 £GB"),
    ("es", "RECIBO", "Total", "Efectivo", "Cambio", "9,98 GBP", "A VAT 20 % sobre 8,32 GBP"),
    ("it", "SCONTRINO", "Totale", "Contanti", "Resto", "9,98 £", "A VAT 20% su 8,32 £"),
    ("nl", "KASSABON", "Totaal", "Contant", "Wisselgeld", "£ 9,98", "A VAT 20% over £ 8,32"),
    ("pt", "RECIBO", "Total", "Dinheiro", "Troco", "£ 9,98", "A VAT 20% sobre £ 8,32"),
    ("pl", "PARAGON", "Razem", "Gotówka", "Reszta", "9,98 GBP", "A VAT 20% od 8,32 GBP"),
    ("ja", "RECEIPT", "Total", "Cash", "Change", "£9.98", "A VAT 20% on £8.32"),
]


def test_labels_amounts_and_percentages_are_those_of_the_stores_locale(counter: Counter) -> None:
    order_id = sold(counter, product(counter))
    for locale, title, total, cash, change, amount, tax in LABELS:
        assert counter.backoffice.put("/store", {"locale": locale}).status == 200
        lines = printed(counter.pos, order_id)
        told = {" ".join(label.split()): " ".join(value.split()) for label, value in amounts(lines)}
        assert title in lines, locale
        assert told[total] == amount
        assert {cash, change, tax} <= told.keys(), told
        language = locale if title != "RECEIPT" else "en"
        found = asked(counter.pos, order_id, Accept=PAGE).body
        assert re.findall('<html lang="([a-z]+)">', found) == [language[:2]]
