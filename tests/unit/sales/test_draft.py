"""What a draft freezes: each line's product, name, price, discount and tax, and what all of it comes to."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inventory.core.price_list import ListedProduct, ListedTax, PriceList
from inventory.core.taxes import Rate
from orders.commands.core.amounts import AMOUNT_MINOR_MAX, Discount, ToldTax
from orders.sales.core.draft import OF_PRODUCT, Draft, Fault, Terms, draft, gives_away_too_much, order_faults

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TERMS = Terms(NOW)


@dataclass(frozen=True, slots=True)
class Wanted:
    sku: str
    quantity: int
    unit_price_minor: int | None = None
    discount_minor: int | None = None
    discount_percent: str | None = None
    tax_code: str | None = OF_PRODUCT


PRODUCTS = {
    "TEA": ListedProduct(11, "TEA", "Earl Grey", 450, "GBP", True, "std"),
    "POSTAGE": ListedProduct(14, "POSTAGE", "Postage", 395, "GBP", False),
    "CUP": ListedProduct(12, "CUP", "Enamel cup", 1500, "EUR", True),
    "CHEESE": ListedProduct(15, "CHEESE", "Wensleydale", 1290, "GBP", True, "red", "kg", 3),
}
TAXES = {
    "std": ListedTax("VAT", (Rate(date(2020, 1, 1), "17.5"), Rate(date(2026, 11, 28), "20"))),
    "red": ListedTax("Reduced VAT", (Rate(date(2020, 1, 1), "5"),)),
}
PRICES = PriceList(products=PRODUCTS, taxes=TAXES)


def made(*wanted: Wanted, prices: PriceList = PRICES, terms: Terms = TERMS) -> Draft:
    found = draft(wanted, prices, currency="GBP", terms=terms)
    assert isinstance(found, Draft), found
    return found


def faults(*wanted: Wanted, terms: Terms = TERMS) -> list[Fault]:
    answer = draft(wanted, PRICES, currency="GBP", terms=terms)
    return answer if isinstance(answer, list) else []


def test_a_line_takes_the_price_of_its_product_unless_it_names_one() -> None:
    found = made(Wanted("TEA", 2), Wanted("TEA", 1, 400), Wanted("POSTAGE", 1, 0))
    assert [line.item.unit_price_minor for line in found.lines] == [450, 400, 0]
    assert [line.product.name for line in found.lines] == ["Earl Grey", "Earl Grey", "Postage"]
    assert found.total_minor == 1300


def test_a_draft_may_be_empty() -> None:
    assert (made().lines, made().total_minor) == ((), 0)


def test_a_line_takes_the_tax_of_its_product_unless_it_names_one_or_none() -> None:
    found = made(
        Wanted("TEA", 1), Wanted("TEA", 1, tax_code="red"), Wanted("TEA", 1, tax_code=None), Wanted("POSTAGE", 1)
    )
    assert [line.amounts.tax and line.amounts.tax.code for line in found.lines] == ["std", "red", None, None]
    assert found.taxes == (
        ToldTax(code="std", name="VAT", rate="20", net_minor=375, tax_minor=75),
        ToldTax(code="red", name="Reduced VAT", rate="5", net_minor=429, tax_minor=21),
    )


@pytest.mark.parametrize(
    ("at", "zone", "rate"),
    [
        (NOW, "UTC", "20"),
        (NOW - timedelta(days=1), "UTC", "17.5"),
        (datetime(2026, 11, 27, 23, tzinfo=UTC), "Europe/Berlin", "20"),
        (datetime(2026, 11, 28, 2, tzinfo=UTC), "America/New_York", "17.5"),
        (datetime(2019, 1, 1, tzinfo=UTC), "UTC", "17.5"),
    ],
)
def test_the_rate_is_that_of_the_day_in_the_stores_zone(at: datetime, zone: str, rate: str) -> None:
    prices = PriceList(products=PRODUCTS, taxes=TAXES, zone=ZoneInfo(zone))
    assert [tax.rate for tax in made(Wanted("TEA", 1), prices=prices, terms=Terms(at)).taxes] == [rate]


def test_what_is_weighed_is_priced_by_its_unit() -> None:
    found = made(Wanted("CHEESE", 345, discount_percent="15"))
    assert (found.lines[0].amounts.amount_minor, found.lines[0].amounts.discount_minor) == (445, 67)


@pytest.mark.parametrize("price", [None, 1300])
def test_what_is_priced_in_another_currency_is_not_sold_at_any_price(price: int | None) -> None:
    (fault,) = faults(Wanted("TEA", 1), Wanted("CUP", 1, price))
    assert (fault.position, fault.field, fault.code) == (1, "sku", "currency_mismatch")
    assert fault.detail == "CUP is priced in EUR, the store sells in GBP."


def test_an_order_is_in_its_stores_currency() -> None:
    assert order_faults(currency="GBP", store_currency="GBP", sold_at=None, now=NOW) == []
    (fault,) = order_faults(currency="EUR", store_currency="GBP", sold_at=None, now=NOW)
    assert (fault.position, fault.field, fault.code) == (None, "currency", "currency_mismatch")
    assert fault.detail == "The order is in EUR, the store sells in GBP."


def test_an_order_was_sold_by_a_clock_that_is_right() -> None:
    (fault,) = order_faults(currency="GBP", store_currency="GBP", sold_at=NOW + timedelta(hours=1), now=NOW)
    assert (fault.position, fault.field, fault.code) == (None, "sold_at", "sold_at_implausible")
    assert order_faults(currency="GBP", store_currency="GBP", sold_at=NOW, now=NOW) == []


def test_every_fault_is_told() -> None:
    found = faults(Wanted("CUP", 1), Wanted("SAUCER", 1), Wanted("TEA", 1, tax_code="luxury"), Wanted("PLATE", 1, 5))
    assert [(fault.position, fault.field, fault.code) for fault in found] == [
        (0, "sku", "currency_mismatch"),
        (1, "sku", "product_not_found"),
        (2, "tax_code", "tax_not_found"),
        (3, "sku", "product_not_found"),
    ]


@pytest.mark.parametrize(
    ("wanted", "discount", "place"),
    [
        ([Wanted("TEA", 1), Wanted("TEA", 1, discount_minor=451)], None, (1, "discount_minor", "discount_too_large")),
        ([Wanted("TEA", 1)], Discount(minor=451), (None, "discount_minor", "discount_too_large")),
        ([Wanted("TEA", 2, AMOUNT_MINOR_MAX)], None, (0, "quantity", "amount_too_large")),
        ([Wanted("TEA", 1, AMOUNT_MINOR_MAX), Wanted("TEA", 1)], None, (None, "lines", "amount_too_large")),
    ],
)
def test_what_is_too_large_is_told_at_its_place(
    wanted: list[Wanted], discount: Discount | None, place: tuple[int | None, str, str]
) -> None:
    found = faults(*wanted, terms=Terms(NOW, discount))
    assert [(fault.position, fault.field, fault.code) for fault in found] == [place]


@pytest.mark.parametrize(
    ("wanted", "discount", "too_much"),
    [
        ([Wanted("TEA", 1)], None, False),
        ([Wanted("TEA", 1, 405)], None, False),
        ([Wanted("TEA", 1, 404)], None, True),
        ([Wanted("TEA", 1)], Discount(percent=100_000), False),
        ([Wanted("TEA", 1)], Discount(minor=46), True),
        ([Wanted("TEA", 1, discount_percent="10"), Wanted("TEA", 1)], None, False),
        # What is dearer than in the catalogue makes up for nothing.
        ([Wanted("TEA", 1, 350), Wanted("TEA", 1, 9000)], None, True),
        ([Wanted("POSTAGE", 1, 0, tax_code=None)], None, True),
        ([], None, False),
    ],
)
def test_a_till_gives_away_so_much_of_the_catalogues_value(
    wanted: list[Wanted], discount: Discount | None, too_much: bool
) -> None:
    assert gives_away_too_much(made(*wanted, terms=Terms(NOW, discount)), "10") is too_much
