"""The rows of a sales day's CSV, each checked. The first thing wrong ends the reading and is named with its row."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
QUANTITY_MAX = 1_000_000
YEAR_FIRST = 1970
PRICE = re.compile(r"[0-9]{1,7}(\.[0-9]{1,9})?")
WHOLE = re.compile(r"-?[0-9]{1,9}")
TEXT_CHARS_MAX = {"InvoiceNo": 50, "StockCode": 64, "Description": 200, "CustomerID": 50}


class BadDay(ValueError):
    """A CSV that is no sales day; its text is one line, and `row` counts the header as row 1."""

    def __init__(self, row: int, complaint: str) -> None:
        super().__init__(f"row {row}: {complaint}")
        self.row = row


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    row: int
    invoice: str
    sku: str
    description: str
    quantity: int
    at: datetime
    unit_price_minor: int
    customer: str

    @property
    def tracks_stock(self) -> bool:
        code = self.sku[:5]
        return len(code) == 5 and code.isascii() and code.isdigit()

    @property
    def is_credit(self) -> bool:
        return self.invoice.startswith("C")


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    row = 1
    cells = csv.reader(lines, strict=True)
    try:
        header = next(cells, [])
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise BadDay(row, f"column {missing[0]} is missing")
        for row, values in enumerate(cells, start=2):
            if values:  # a blank line is no row of its own, but is counted like one
                yield read_row(row, header, values)
    except csv.Error as error:
        raise BadDay(row + 1, f"is not CSV ({error})") from None
    except UnicodeDecodeError:
        raise BadDay(row + 1, "is not UTF-8") from None


def read_row(row: int, header: list[str], values: list[str]) -> Row:
    if len(values) != len(header):
        raise BadDay(row, f"has {len(values)} columns, the header has {len(header)}")
    cell = {name: value.strip() for name, value in zip(header, values, strict=True)}
    for name, chars_max in TEXT_CHARS_MAX.items():
        if len(cell[name]) > chars_max or not cell[name].isprintable():
            raise BadDay(row, f"{name} is not at most {chars_max} printable characters")
    for name in ("InvoiceNo", "StockCode"):
        if not cell[name]:
            raise BadDay(row, f"{name} is blank")
    if not cell["InvoiceNo"].isascii():  # it becomes part of a header, the idempotency key
        raise BadDay(row, f"InvoiceNo {cell['InvoiceNo']!r} is not ASCII")
    found = Row(
        row=row,
        invoice=cell["InvoiceNo"],
        sku=cell["StockCode"],
        description=cell["Description"],
        quantity=quantity(row, cell["Quantity"]),
        at=instant(row, cell["InvoiceDate"]),
        unit_price_minor=price_minor(row, cell["UnitPrice"]),
        customer=cell["CustomerID"],
    )
    if found.is_credit and found.quantity > 0:
        raise BadDay(row, f"Quantity {found.quantity} of a credit note is not negative")
    return found


def quantity(row: int, text: str) -> int:
    if not WHOLE.fullmatch(text) or not 1 <= abs(int(text)) <= QUANTITY_MAX:
        raise BadDay(row, f"Quantity {text!r} is not a whole number from 1 to {QUANTITY_MAX}, or its negative")
    return int(text)


def instant(row: int, text: str) -> datetime:
    """The shop's clock is taken for UTC: the data is British and names no zone."""
    try:
        at = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise BadDay(row, f"InvoiceDate {text!r} is not like 2011-12-05 08:38:00") from None
    if at.year < YEAR_FIRST:
        raise BadDay(row, f"InvoiceDate {text!r} is before {YEAR_FIRST}")
    return at


def price_minor(row: int, text: str) -> int:
    if not PRICE.fullmatch(text):
        raise BadDay(row, f"UnitPrice {text!r} is not a price")
    return int((Decimal(text) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
