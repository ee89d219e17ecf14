"""What a draft freezes: each line's product, name and price, and the order's total."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from orders.sales.core.draft import TOTAL_MINOR_MAX, Draft, DraftLine, Fault, draft, order_faults

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    name: str
    price_minor: int
    currency: str
    tracks_stock: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    sku: str
    quantity: int
    unit_price_minor: int | None = None


PRODUCTS = {
    "TEA": Product(11, "Earl Grey", 450, "GBP", True),
    "POSTAGE": Product(14, "Postage", 395, "GBP", False),
    "CUP": Product(12, "Enamel cup", 1500, "EUR", True),
}


def test_a_line_takes_the_price_of_its_product_unless_it_names_one() -> None:
    wanted = [Wanted("TEA", 2), Wanted("TEA", 1, 400), Wanted("POSTAGE", 1, 0)]
    lines = (
        DraftLine(11, "TEA", "Earl Grey", True, 2, 450),
        DraftLine(11, "TEA", "Earl Grey", True, 1, 400),
        DraftLine(14, "POSTAGE", "Postage", False, 1, 0),
    )
    assert draft(wanted, PRODUCTS, currency="GBP") == Draft(lines, 1300)


def test_a_draft_may_be_empty() -> None:
    assert draft([], PRODUCTS, currency="GBP") == Draft((), 0)


@pytest.mark.parametrize("price", [None, 1300])
def test_what_is_priced_in_another_currency_is_not_sold_at_any_price(price: int | None) -> None:
    (fault,) = faults([Wanted("TEA", 1), Wanted("CUP", 1, price)])
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
    found = faults([Wanted("CUP", 1), Wanted("SAUCER", 1), Wanted("TEA", 1), Wanted("PLATE", 1, 5)])
    assert [(fault.position, fault.code) for fault in found] == [
        (0, "currency_mismatch"),
        (1, "product_not_found"),
        (3, "product_not_found"),
    ]


@pytest.mark.parametrize(("over", "told"), [(0, []), (1, [(None, "lines", "total_too_large")])])
def test_a_total_fits_its_column(over: int, told: list[tuple[int | None, str, str]]) -> None:
    found = faults([Wanted("TEA", 1, TOTAL_MINOR_MAX - 1), Wanted("TEA", 1, 1 + over)])
    assert [(fault.position, fault.field, fault.code) for fault in found] == told


def faults(wanted: list[Wanted]) -> list[Fault]:
    answer = draft(wanted, PRODUCTS, currency="GBP")
    return answer if isinstance(answer, list) else []
