"""Amounts, quantities, percentages and times as people write them in their language."""

from datetime import UTC, date, datetime

import pytest

from base import written
from base.currencies import decimals_of
from orders.payments.stripe.amounts import COUNTED, USUAL


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (499, "GBP", "en-GB", "£4.99"),
        (-499, "GBP", "en-GB", "-£4.99"),
        (0, "GBP", "en", "£0.00"),
        (1234, "JPY", "ja", "￥1,234"),
        (1500, "KWD", "en", "KWD1.500"),
        (123450, "CHF", "de-CH", "CHF\u00a01'234.50"),
        (123456750, "CHF", "de-CH", "CHF\u00a01'234'567.50"),
        (123450, "EUR", "de", "1.234,50\u00a0€"),
        (123450, "EUR", "fr", "1\u202f234,50\u00a0€"),
        (10000000, "INR", "hi", "₹1,00,000.00"),
        (5, "RSD", "sr-Latn", "0,05\u00a0RSD"),
        (2**53 - 1, "EUR", "en", "€90,071,992,547,409.91"),
        (12345, "CLF", "en", "CLF1.2345"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(minor: int, currency: str, locale: str, text: str) -> None:
    assert written.amount(minor, currency, locale) == text


@pytest.mark.parametrize(
    "locale", ["xx", "de-XX", "de-1996", "en-GB-oxendict", "zh-Hant-HK", "tlh-KX", "EN-gb", "root"]
)
def test_every_locale_that_a_store_may_have_is_written_in(locale: str) -> None:
    assert "4" in written.amount(499, "GBP", locale)
    assert "2026" in written.day(date(2026, 11, 21), locale)


def test_a_locale_without_data_is_that_of_its_language() -> None:
    assert written.amount(499, "EUR", "de-XX") == written.amount(499, "EUR", "de")
    assert written.amount(499, "EUR", "xx-DE") == written.amount(499, "EUR", "en")


@pytest.mark.parametrize(
    ("steps", "decimals", "locale", "text"),
    [
        (345, 3, "en", "0.345"),
        (1250, 3, "de", "1,250"),
        (3, 0, "en", "3"),
        (12000, 0, "en", "12,000"),
        (5, 1, "fr", "0,5"),
    ],
)
def test_a_quantity_is_written_with_all_its_decimals(steps: int, decimals: int, locale: str, text: str) -> None:
    assert written.quantity(steps, decimals, locale) == text


@pytest.mark.parametrize(
    ("percent", "locale", "text"),
    [
        ("20", "en", "20%"),
        ("8.875", "en", "8.875%"),
        ("8.875", "de", "8,875\u00a0%"),
        ("0", "en", "0%"),
        ("0.0001", "en", "0.0001%"),
    ],
)
def test_a_percentage_is_written_exactly(percent: str, locale: str, text: str) -> None:
    assert written.percentage(percent, locale) == text


@pytest.mark.parametrize(
    ("zone", "locale", "text"),
    [
        ("Europe/London", "en-GB", "1 Jul 2026, 23:30"),
        ("Asia/Tokyo", "ja", "2026/07/02 7:30"),
        ("America/New_York", "en-US", "Jul 1, 2026, 6:30\u202fPM"),
        ("UTC", "de", "01.07.2026, 22:30"),
    ],
)
def test_a_moment_is_told_by_the_clock_on_the_wall(zone: str, locale: str, text: str) -> None:
    assert written.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), zone, locale) == text


def test_currencies_have_the_same_decimals_wherever_they_are_counted() -> None:
    for currency in (*COUNTED, "GBP", "EUR"):
        assert COUNTED.get(currency, USUAL).iso == decimals_of(currency)
