"""A sales day: what each invoice of the CSV asks of the shop, worked out once and for all."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from project.demo.day.rows import BadDay, Row, read_rows

DISCOUNT_EVERY, DISCOUNT_PERCENT = 8, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    sku: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    lines: tuple[Line, ...]
    discount_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Goods that come back to the sale they came from."""

    invoice: str
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedReturn:
    """Goods that come back, and nobody knows from which sale."""

    sku: str
    quantity: int


Step = Sale | WriteOff | Return | UnmatchedReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One invoice or credit note: what the till does with it, in this order, each step one command."""

    invoice: str
    at: datetime
    steps: tuple[Step, ...]
    lines_left_out: int = 0  # of a credit note: lines without stock tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    sku: str
    name: str
    price_minor: int
    tracks_stock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    slips: tuple[Slip, ...]  # in file order
    products: tuple[Product, ...]


def slips_text(day: Day) -> str:
    """What the file's invoices and credit notes come to: a sale each, goods that are written off, goods that come
    back, or nothing that concerns stock."""
    sales, written_off, returned = (
        sum(any(isinstance(step, kinds) for step in slip.steps) for slip in day.slips)
        for kinds in ((Sale,), (WriteOff,), (Return, UnmatchedReturn))
    )
    none = sum(not slip.steps for slip in day.slips)
    return (
        f"{len(day.slips):,} invoices and credit notes: {sales:,} sell, {written_off:,} write off, "
        f"{returned:,} take back, {none:,} no goods"
    )


def read_day(text: Iterable[str]) -> Day:
    rows = tuple(read_rows(text))
    by_invoice: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_invoice[row.invoice].append(row)
    slips = read_slips(by_invoice)
    if not any(isinstance(step, Sale) for slip in slips for step in slip.steps):
        raise BadDay(rows[-1].row if rows else 1, "the day ends without a sale")
    return Day(slips=slips, products=read_products(rows))


def read_slips(by_invoice: dict[str, list[Row]]) -> tuple[Slip, ...]:
    """Worked out by the clock, so that a return finds only earlier sales; given back in file order."""
    sold = Sold()
    slips = {}
    for invoice, rows in sorted(by_invoice.items(), key=lambda item: item[1][0].at):  # stable: file order in a tie
        slips[invoice] = credit_slip(rows, sold) if rows[0].is_credit else order_slip(rows, sold)
    return tuple(slips[invoice] for invoice in by_invoice)


def order_slip(rows: list[Row], sold: "Sold") -> Slip:
    lines = [row for row in rows if row.quantity > 0]
    steps: list[Step] = []
    if lines:
        sold.add(lines)
        sale = Sale(lines=tuple(line_of(row) for row in lines), discount_percent=discount_of(lines[0].invoice))
        steps.append(sale)
    steps += [
        WriteOff(sku=row.sku, quantity=-row.quantity, reason=row.description or "unspecified")
        for row in rows
        if row.quantity < 0
    ]
    return Slip(invoice=rows[0].invoice, at=rows[0].at, steps=tuple(steps))


def discount_of(invoice: str) -> int:
    """Now and then somebody gets one: by the invoice's number, so that a day is the same each time."""
    return DISCOUNT_PERCENT if invoice.isdecimal() and int(invoice) % DISCOUNT_EVERY == 0 else 0


def credit_slip(rows: list[Row], sold: "Sold") -> Slip:
    steps = tuple(sold.take_back(row) for row in rows if row.tracks_stock)
    left_out = sum(not row.tracks_stock for row in rows)
    return Slip(invoice=rows[0].invoice, at=rows[0].at, steps=steps, lines_left_out=left_out)


def line_of(row: Row) -> Line:
    return Line(sku=row.sku, quantity=row.quantity, unit_price_minor=row.unit_price_minor)


class Sold:
    """What customers bought so far and have not brought back."""

    def __init__(self) -> None:
        self._invoices: dict[tuple[str, date], list[str]] = defaultdict(list)
        self._left: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, rows: list[Row]) -> None:
        self._invoices[rows[0].customer, rows[0].at.date()].append(rows[0].invoice)
        for row in rows:
            self._left[row.invoice, row.sku] += row.quantity

    def take_back(self, row: Row) -> Return | UnmatchedReturn:
        """From the customer's latest sale of the day that has enough of it left."""
        invoices = self._invoices.get((row.customer, row.at.date()), []) if row.customer else []
        for invoice in reversed(invoices):
            if self._left.get((invoice, row.sku), 0) >= -row.quantity:
                self._left[invoice, row.sku] += row.quantity
                return Return(invoice=invoice, sku=row.sku, quantity=-row.quantity)
        return UnmatchedReturn(sku=row.sku, quantity=-row.quantity)


def read_products(rows: Iterable[Row]) -> tuple[Product, ...]:
    """Every StockCode of the day, named and priced as it was first sold; a write-off's description is its reason."""
    products: dict[str, Product] = {}
    for row in sorted(rows, key=lambda row: row.quantity < 0):  # stable: sales first, in file order
        named = Product(
            sku=row.sku,
            name=(row.description if row.quantity > 0 else "") or row.sku,
            price_minor=row.unit_price_minor,
            tracks_stock=row.tracks_stock,
        )
        products.setdefault(row.sku, named)
    return tuple(products.values())
