"""A receipt as plain text: 42 columns as they are seen, nothing cut, amounts as people write them there."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from wcwidth import wcswidth

from inventory.models import Store
from orders.models import InvoiceNumber, Order
from tests.support.shop.baskets import BASKET, line, list_goods, made, order
from tests.support.shop.guards import unguarded
from tests.support.shop.papers import amounts, asked, done, page, pay, printed, receipt
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
COLUMNS = 42


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)
    backoffice.put("/store", {"locale": "en-GB", "time_zone": "Europe/London"})


def named(backoffice: Till, name: str) -> None:
    """The tea is called so."""
    assert backoffice.put("/products/TEA", {"name": name}).status == 200


def fits(lines: list[str]) -> bool:
    return all(0 <= wcswidth(line) <= COLUMNS for line in lines)


def seen(text: str) -> str:
    return "".join(text.split())


def test_a_basket_whose_prices_include_tax(pos: Till, settle: Settle) -> None:
    found = made(pos, order(*BASKET))
    pay(pos, settle, found["id"], ("card", 897), ("cash", 2000))
    lines = printed(pos, found["id"])
    assert fits(lines)
    assert amounts(lines[lines.index("-" * COLUMNS) :]) == [
        ("A 3 × £4.99", "£14.97"),
        ("B 1 × £2.50", "£2.50"),
        ("2 × £0.75", "£1.50"),
        ("Total", "£18.97"),
        ("Card", "£8.97"),
        ("Cash", "£20.00"),
        ("Change", "£10.00"),
        ("A STD 20% on £12.47", "£2.50"),
        ("B RED 5% on £2.38", "£0.12"),
    ]


def test_ten_percent_off_the_order(pos: Till) -> None:
    lines = printed(pos, made(pos, order(*BASKET, discount_percent="10"))["id"])
    assert [line.strip() for line in lines if "less" in line] == [
        "less discount £1.50",
        "less discount £0.25",
        "less discount £0.15",
    ]
    assert amounts(lines)[-6:] == [
        ("Subtotal", "£18.97"),
        ("Discount", "-£1.90"),
        ("Total", "£17.07"),
        ("Still to be paid", "£17.07"),
        ("A STD 20% on £11.22", "£2.25"),
        ("B RED 5% on £2.14", "£0.11"),
    ]
    assert lines[-1].strip() == "This is not an invoice."


def test_prices_without_tax(pos: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"prices_include_tax": False})
    rows = ((1999, 1), (333, 3), (1, 1))
    found = made(pos, order(*(line("STAMP", n, unit_price_minor=price, tax_code="nyc") for price, n in rows)))
    assert amounts(printed(pos, found["id"]))[-5:] == [
        ("Subtotal", "£29.99"),
        ("Tax", "£2.66"),
        ("Total", "£32.65"),
        ("Still to be paid", "£32.65"),
        ("A NYC 8.875% on £29.99", "£2.66"),
    ]


def test_by_weight_and_tax_exempt(supervisor: Till) -> None:
    lines = [
        line("CHEESE", 345, discount_percent="15"),
        line("STAMP", tax_code="std", unit_price_minor=80, discount_minor=80),
        line("APPLES", 1250),
    ]
    found = printed(supervisor, made(supervisor, order(*lines, tax_exempt=True))["id"])
    assert amounts(found)[2:] == [
        ("A 0.345 kg × £12.90", "£4.45"),
        ("A 1 × £0.80", "£0.80"),
        ("B 1.250 kg × £3.99", "£4.99"),
        ("Subtotal", "£10.24"),
        ("Discount", "-£1.47"),
        ("Tax left away", "-£0.96"),
        ("Total", "£7.81"),
        ("Still to be paid", "£7.81"),
        ("A STD 0% on £3.15", "£0.00"),
        ("B LOW 0% on £4.66", "£0.00"),
    ]
    assert found[-1].strip() == "Tax exempt."


def test_a_credit_note_says_what_it_credits(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(line("STAMP", 3, unit_price_minor=334, discount_minor=2, tax_code="std")))
    pay(supervisor, settle, found["id"], ("card", 1000))
    back = {"lines": [line("STAMP", condition="sellable")]}
    id_ = done(supervisor, settle, found["id"], "return", back, key="back")
    lines = printed(supervisor, found["id"], command=id_)
    assert "CREDIT NOTE" in lines
    number = supervisor.get(f"/orders/{found['id']}").body["invoice_number"]
    told = dict(amounts(lines))
    assert told["Invoice"] == number
    assert (told["Total"], told["Card, given back"], told["A STD 20% on £2.77"]) == ("£3.33", "£3.33", "£0.56")


def test_a_number_that_follows_is_said_as_such(pos: Till, settle: Settle) -> None:
    InvoiceNumber.objects.update(state="void", voided_at=timezone.now(), void_reason="torn")
    order_id = pos.sell(("TEA-80", 1))
    pay(pos, settle, order_id, ("card", 250))
    assert dict(amounts(printed(pos, order_id)))["Invoice"] == "number follows"
    assert "number follows" in page(pos, order_id)
    told = receipt(pos, order_id)
    assert (told["invoice_number"], told["invoice_pending"]) == (None, True)


@pytest.mark.parametrize(
    ("currency", "locale", "price", "total"),
    [
        ("JPY", "ja", "￥499", "￥1,497"),
        ("KWD", "en", "KWD0.499", "KWD1.497"),
        ("KWD", "ar", "0.499\u00a0د.ك.", "1.497\u00a0د.ك."),
        ("CHF", "de-CH", "CHF\u00a04.99", "CHF\u00a014.97"),
        ("EUR", "de", "4,99\u00a0€", "14,97\u00a0€"),
        ("EUR", "fr", "4,99\u00a0€", "14,97\u00a0€"),
        ("INR", "hi", "₹4.99", "₹14.97"),
        ("RSD", "sr-Latn", "4,99\u00a0RSD", "14,97\u00a0RSD"),
        ("GBP", "xx-Nowhere", "£4.99", "£14.97"),
    ],
)
def test_amounts_are_written_as_in_the_stores_locale(
    pos: Till, backoffice: Till, currency: str, locale: str, price: str, total: str
) -> None:
    assert backoffice.put("/store", {"currency": currency}).status == 200
    Store.objects.update(locale=locale)  # as it may have been written by whoever restores a database
    backoffice.put("/products/PIN", {"name": "Pin", "price_minor": 499, "currency": currency, "tracks_stock": False})
    body = {"currency": currency, "fulfilment": "immediate", "lines": [line("PIN", 3)]}
    lines = printed(pos, pos.post("/orders", body).body["id"])
    assert fits(lines)
    assert (f"3 × {price}", total) in amounts(lines)


def test_large_amounts_keep_their_separators(pos: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"currency": "CHF", "locale": "de-CH"})
    product = {"name": "Villa", "price_minor": 123456750, "currency": "CHF", "tracks_stock": False}
    backoffice.put("/products/VILLA", product)
    body = {"currency": "CHF", "fulfilment": "immediate", "lines": [line("VILLA")]}
    told = dict(amounts(printed(pos, pos.post("/orders", body).body["id"])))
    assert told["Summe"] == "CHF\u00a01'234'567.50"


def test_times_are_those_on_the_stores_wall(pos: Till, backoffice: Till) -> None:
    order_id = pos.sell(("TEA-80", 1))
    with unguarded():
        Order.objects.filter(id=order_id).update(created_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert dict(amounts(printed(pos, order_id)))["Date"] == "1 Jul 2026, 23:30"
    backoffice.put("/store", {"time_zone": "Asia/Tokyo", "locale": "de"})
    assert dict(amounts(printed(pos, order_id)))["Datum"] == "02.07.2026, 07:30"


@pytest.mark.parametrize(
    "name",
    [
        "日本語のとても長い商品名" * 6,
        "e\u0301" * 100,
        "क्षत्रिय" * 20,
        "👩\u200d👩\u200d👧" * 30,
        "W" * 200,
        "a name of many words, each of which is short, " * 4,
        "ﷺ " * 60,
        "한글" * 50,
        "ก็กี่กุ้ง" * 20,
    ],
)
def test_names_are_wrapped_and_never_cut(pos: Till, backoffice: Till, name: str) -> None:
    named(backoffice, name[:200].strip())
    lines = printed(pos, made(pos, order(line("TEA")))["id"])
    assert fits(lines)
    assert seen(name[:200]) in seen("".join(lines))
    assert not any(unicodedata.combining(line[0]) for line in lines if line)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tea\nTotal £0.00\r\n", "Tea Total £0.00"),
        ("Tea\u202e evil \u2066name\u200f", "Tea evil name"),
        ("Tea\x1b[2J\x07\x9b31m!", "Tea [2J 31m!"),
        ("Tea\u2028two\u2029three\x85four", "Tea two three four"),
        ("<script>alert(1)</script> & Co", "<script>alert(1)</script> & Co"),
    ],
)
def test_nothing_in_a_name_steers_a_printer(pos: Till, backoffice: Till, name: str, shown: str) -> None:
    named(backoffice, name)
    found = asked(pos, made(pos, order(line("TEA")))["id"], Accept="text/plain").body
    assert shown in found.split("\n")
    assert {unicodedata.category(one) for one in found} & {"Cc", "Cf", "Zl", "Zp"} == {"Cc"}
    assert {one for one in found if unicodedata.category(one) == "Cc"} == {"\n"}


def test_nothing_of_the_store_is_cut_either(pos: Till, backoffice: Till) -> None:
    words = {"name": "N" * 200, "address": "A" * 500, "tax_id": "T" * 64, "receipt_footer": "FG  " * 125}
    backoffice.put("/store", words)
    lines = printed(pos, made(pos, order(line("TEA")))["id"])
    assert fits(lines)
    text = seen("".join(lines))
    for whole in (words["name"], words["address"], words["tax_id"], seen(words["receipt_footer"])):
        assert whole in text


def test_long_references_and_numbers_are_not_cut(pos: Till, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 1))
    body = {"tenders": [{"method": "card", "amount_minor": 250, "reference": "R" * 200}]}
    done(pos, settle, order_id, "pay", body, key="p")
    with unguarded():
        InvoiceNumber.objects.filter(order=order_id).update(number="N" * 64)
    lines = printed(pos, order_id)
    assert fits(lines)
    assert "R" * 200 in seen("".join(lines))
    assert "N" * 64 in seen("".join(lines))


def test_the_largest_amounts_fit(pos: Till, backoffice: Till) -> None:
    Store.objects.update(currency="KWD", locale="ar")
    product = {"name": "Gold", "price_minor": 2**53 - 1, "currency": "KWD", "tracks_stock": False}
    assert backoffice.put("/products/GOLD", product).status == 201
    body = {"currency": "KWD", "fulfilment": "immediate", "lines": [line("GOLD")]}
    lines = printed(pos, pos.post("/orders", body).body["id"])
    assert fits(lines)
    assert "9,007,199,254,740.991" in "".join(lines)
