"""How a CSV becomes a sales day."""

from datetime import UTC, datetime

import pytest

from project.demo.day.day import (
    Day,
    Line,
    Product,
    Return,
    Sale,
    Slip,
    Step,
    UnmatchedReturn,
    WriteOff,
    discount_of,
    read_day,
)
from project.demo.day.expected import expect
from project.demo.day.files import BUNDLED, read_lines
from project.demo.day.rows import BadDay
from tests.unit.demo.bundled_day import BUNDLED_DAY

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def csv(*rows: str) -> list[str]:
    return [f"{row}\n" for row in (HEADER, *rows)]


def row(
    invoice: str,
    sku: str,
    quantity: int,
    *,
    at: str = "09:00",
    price: str = "1.00",
    who: str = "7.0",
    what: str = "RUG",
) -> str:
    return f"{invoice},{sku},{what},{quantity},2011-12-05 {at}:00,{price},{who},United Kingdom"


def day(*rows: str) -> Day:
    return read_day(csv(*rows))


def steps(*rows: str) -> dict[str, tuple[Step, ...]]:
    return {slip.invoice: slip.steps for slip in day(*rows).slips}


def sale(sku: str, quantity: int, unit_price_minor: int = 100) -> Sale:
    return Sale(lines=(Line(sku=sku, quantity=quantity, unit_price_minor=unit_price_minor),))


def test_an_invoice_is_an_order_with_its_lines_in_file_order_even_of_one_product() -> None:
    read = day(row("1", "22752", 2, price="7.65"), row("1", "POST", 1, price="18"), row("1", "22752", 3, price="7.5"))
    lines = (
        Line(sku="22752", quantity=2, unit_price_minor=765),
        Line(sku="POST", quantity=1, unit_price_minor=1800),
        Line(sku="22752", quantity=3, unit_price_minor=750),
    )
    at = datetime(2011, 12, 5, 9, 0, tzinfo=UTC)
    assert read.slips == (Slip(invoice="1", at=at, steps=(Sale(lines=lines),)),)


@pytest.mark.parametrize(("invoice", "percent"), [("8", 10), ("580704", 10), ("9", 0), ("A8", 0)])
def test_every_eighth_invoice_has_a_discount(invoice: str, percent: int) -> None:
    assert discount_of(invoice) == percent


@pytest.mark.parametrize(
    ("price", "minor"), [("0.125", 13), ("0.124", 12), ("0.135", 14), ("1.005", 101), ("2.675", 268), ("0", 0)]
)
def test_prices_are_rounded_half_up(price: str, minor: int) -> None:
    assert steps(row("1", "22752", 1, price=price))["1"] == (sale("22752", 1, minor),)


@pytest.mark.parametrize(
    ("sku", "tracks_stock"),
    [
        ("22752", True),
        ("85123A", True),
        ("15056bl", True),
        ("POST", False),
        ("M", False),
        ("C2", False),
        ("2275", False),
        ("gift_0001_10", False),
        ("AMAZONFEE", False),
        ("２２７５２", False),
    ],
)
def test_five_leading_digits_track_stock(sku: str, tracks_stock: bool) -> None:
    assert day(row("1", sku, 1)).products[0].tracks_stock is tracks_stock


def test_a_negative_line_of_an_order_is_a_write_off_with_its_description_as_reason() -> None:
    found = steps(row("1", "22752", 5), row("1", "21201", -3, what="wet rusty"), row("2", "21201", -4, what=""))
    assert found["1"] == (sale("22752", 5), WriteOff(sku="21201", quantity=3, reason="wet rusty"))
    assert found["2"] == (WriteOff(sku="21201", quantity=4, reason="unspecified"),)


def test_goods_come_back_to_the_latest_earlier_sale_of_the_customer_that_has_enough() -> None:
    found = steps(
        row("1", "22752", 5, at="09:00"),
        row("2", "22752", 3, at="10:00"),
        row("3", "22752", 9, at="10:00", who="8.0"),
        row("C4", "22752", -2, at="11:00"),
        row("C5", "22752", -2, at="11:01"),
        row("C6", "22752", -1, at="11:02"),
        row("C7", "22752", -4, at="11:03"),
        row("8", "22752", 4, at="12:00"),
    )
    assert found["C4"] == (Return(invoice="2", sku="22752", quantity=2),)
    assert found["C5"] == (Return(invoice="1", sku="22752", quantity=2),)
    assert found["C6"] == (Return(invoice="2", sku="22752", quantity=1),)
    assert found["C7"] == (UnmatchedReturn(sku="22752", quantity=4),)


def test_earlier_is_what_the_clock_says_and_in_the_same_minute_the_file() -> None:
    found = steps(
        row("C1", "22752", -1, at="10:00"),
        row("2", "22752", 1, at="10:00"),
        row("C3", "22752", -1, at="10:00"),
        row("4", "21201", 1, at="12:00"),
        row("C5", "21201", -1, at="11:00"),
    )
    assert found["C1"] == (UnmatchedReturn(sku="22752", quantity=1),)
    assert found["C3"] == (Return(invoice="2", sku="22752", quantity=1),)
    assert found["C5"] == (UnmatchedReturn(sku="21201", quantity=1),)


def test_a_sale_of_several_lines_of_a_product_takes_back_their_sum() -> None:
    found = steps(row("1", "22752", 2), row("1", "22752", 2), row("C2", "22752", -4))
    assert found["C2"] == (Return(invoice="1", sku="22752", quantity=4),)


def test_a_blank_customer_and_another_day_never_match() -> None:
    rows = csv(row("1", "22752", 1, who=""), row("C2", "22752", -1, who=""), row("3", "21201", 1))
    tomorrow = row("C4", "21201", -1).replace("12-05", "12-06") + "\n"
    found = {slip.invoice: slip.steps for slip in read_day([*rows, tomorrow]).slips}
    assert found["C2"] == (UnmatchedReturn(sku="22752", quantity=1),)
    assert found["C4"] == (UnmatchedReturn(sku="21201", quantity=1),)


def test_credit_lines_without_stock_tracking_are_left_out_and_counted() -> None:
    read = day(row("1", "M", 1), row("C2", "M", -1), row("C2", "CRUK", -1), row("C2", "22752", -1))
    assert read.slips[1].steps == (UnmatchedReturn(sku="22752", quantity=1),)
    assert read.slips[1].lines_left_out == 2


def test_products_are_named_by_their_first_sale_not_by_the_reason_of_a_write_off() -> None:
    read = day(
        row("1", "22752", -1, what="???"),
        row("2", "22752", 1, what="NESTING BOXES", price="7.65"),
        row("3", "22752", 1, what="BOXES", price="9"),
        row("4", "21201", -1, what="damages", price="0"),
    )
    assert read.products == (
        Product(sku="22752", name="NESTING BOXES", price_minor=765, tracks_stock=True),
        Product(sku="21201", name="21201", price_minor=0, tracks_stock=True),
    )


def test_the_bundled_day_comes_to_figures_worked_out_without_this_program() -> None:
    assert expect(read_day(read_lines(BUNDLED))) == BUNDLED_DAY


GOOD = row("1", "22752", 1)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("2,22752,RUG,1", "row 3: has 4 columns, the header has 8"),
        (row("2", "22752", 1).replace(",1,2011", ",one,2011"), "row 3: Quantity 'one' is not a whole number"),
        (row("2", "22752", 1).replace(",1,2011", ",1.5,2011"), "row 3: Quantity '1.5' is not a whole number"),
        (row("2", "22752", 0), "row 3: Quantity '0' is not a whole number"),
        (row("2", "22752", 1_000_001), "row 3: Quantity '1000001' is not a whole number"),
        (row("2", "22752", 1, price="free"), "row 3: UnitPrice 'free' is not a price"),
        (row("2", "22752", 1, price="-1"), "row 3: UnitPrice '-1' is not a price"),
        (row("2", "22752", 1, price="NaN"), "row 3: UnitPrice 'NaN' is not a price"),
        (row("2", "22752", 1, at="25:00"), "row 3: InvoiceDate '2011-12-05 25:00:00' is not like"),
        (row("2", "22752", 1).replace("2011", "1969"), "row 3: InvoiceDate '1969-12-05 09:00:00' is before 1970"),
        (row("", "22752", 1), "row 3: InvoiceNo is blank"),
        (row("№2", "22752", 1), "row 3: InvoiceNo '№2' is not ASCII"),
        (row("2", " ", 1), "row 3: StockCode is blank"),
        (row("2", "2" * 65, 1), "row 3: StockCode is not at most 64 printable characters"),
        (row("C2", "22752", 1), "row 3: Quantity 1 of a credit note is not negative"),
        ('2,"22752"x,RUG,1,2011-12-05 09:00:00,1,7,UK', "row 3: is not CSV"),
        ('2,"22752', "row 3: is not CSV"),
    ],
)
def test_a_bad_row_is_named(bad: str, complaint: str) -> None:
    with pytest.raises(BadDay) as error:
        read_day(csv(GOOD, bad))
    assert str(error.value).startswith(complaint)
    assert error.value.row == 3
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ([], "row 1: column InvoiceNo is missing"),
        (["InvoiceNo,StockCode\n"], "row 1: column Description is missing"),
        ([HEADER], "row 1: the day ends without a sale"),
        (csv("", row("C1", "22752", -1)), "row 3: the day ends without a sale"),
    ],
)
def test_a_file_that_is_no_day_is_refused(text: list[str], complaint: str) -> None:
    with pytest.raises(BadDay, match=f"^{complaint}$"):
        read_day(text)
