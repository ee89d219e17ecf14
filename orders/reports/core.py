"""What a business day came to: what was sold, what came back, by which means money moved, and what is owed of which
tax. Each part was booked under that day, and the parts add up to the whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from inventory.core.percent import millionths
from orders.accounting.core import DEPOSITS, REVENUE, ROUNDING, TAX
from orders.commands.core.amounts import ToldTax
from orders.commands.core.tenders import EntryKind, Method

TAKEN_BACK = (EntryKind.CANCELLATION, EntryKind.RETURN)


class Booked(NamedTuple):
    """What a day's entries of one kind posted to one account, of one tax; a debit is positive."""

    kind: str
    account: str
    code: str | None
    rate: str | None
    entries: int
    minor: int


@dataclass(frozen=True, slots=True)
class Counted:
    count: int = 0
    total_minor: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.count + other.count, self.total_minor + other.total_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMethod:
    """What it took less what it gave back."""

    method: str
    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is known of a day. `returned`: kind -> how many entries took something back; `tax_names`: by code."""

    date: date
    as_of: datetime
    store: str
    currency: str
    sales: Counted
    late: Counted
    returned: Mapping[str, int]
    booked: tuple[Booked, ...]
    tax_names: Mapping[str, str]
    first_invoice_number: str | None
    last_invoice_number: str | None
    invoices_pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`taxes`, `untaxed_minor`: of the sales less the refunds, of which `cancelled` is a part; `deposits_minor`: what
    is owed to customers more than before; `late`: of the sales those that came after the day's end."""

    date: date
    as_of: datetime
    store: str
    currency: str
    sales: Counted
    refunds: Counted
    cancelled: Counted
    methods: tuple[OfMethod, ...]
    taxes: tuple[ToldTax, ...]
    untaxed_minor: int
    deposits_minor: int
    rounding_minor: int
    first_invoice_number: str | None
    last_invoice_number: str | None
    invoices_pending: int
    late: Counted


def report_of(read: Read) -> Report:
    back = {kind: Counted(read.returned.get(kind, 0), _taken_back(read.booked, kind)) for kind in TAKEN_BACK}
    return Report(
        date=read.date,
        as_of=read.as_of,
        store=read.store,
        currency=read.currency,
        sales=read.sales,
        refunds=sum(back.values(), Counted()),
        cancelled=back[EntryKind.CANCELLATION],
        methods=tuple(_methods(read.booked)),
        taxes=tuple(_taxes(read.booked, read.tax_names)),
        untaxed_minor=-sum(one.minor for one in read.booked if one.account == REVENUE and one.code is None),
        deposits_minor=-_moved(read.booked, DEPOSITS),
        rounding_minor=-_moved(read.booked, ROUNDING),
        first_invoice_number=read.first_invoice_number,
        last_invoice_number=read.last_invoice_number,
        invoices_pending=read.invoices_pending,
        late=read.late,
    )


def _taken_back(booked: Iterable[Booked], kind: str) -> int:
    return sum(one.minor for one in booked if one.kind == kind and one.account in (REVENUE, TAX))


def _moved(booked: Iterable[Booked], account: str) -> int:
    return sum(one.minor for one in booked if one.account == account)


def _methods(booked: Iterable[Booked]) -> Iterator[OfMethod]:
    for method in Method:
        if of_method := [one for one in booked if one.account == method]:
            count, amount = sum(one.entries for one in of_method), sum(one.minor for one in of_method)
            yield OfMethod(method=method, count=count, amount_minor=amount)


def _taxes(booked: Iterable[Booked], names: Mapping[str, str]) -> Iterator[ToldTax]:
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for one in booked:
        if one.code is not None and one.rate is not None:
            of_tax = sums.setdefault((one.code, one.rate), {REVENUE: 0, TAX: 0})
            of_tax[one.account] -= one.minor
    for code, rate in sorted(sums, key=lambda tax: (tax[0], millionths(tax[1]))):
        of_tax = sums[code, rate]
        yield ToldTax(code=code, name=names[code], rate=rate, net_minor=of_tax[REVENUE], tax_minor=of_tax[TAX])


Row: TypeAlias = tuple[str, str, str, int | None, int | None]
COLUMNS = ("section", "key", "rate", "count", "amount_minor")


def rows_of(report: Report) -> Iterator[Row]:
    """The report as a table: one figure a row."""
    for name in ("date", "as_of", "store", "currency"):
        value = getattr(report, name)
        yield name, value if isinstance(value, str) else value.isoformat(), "", None, None
    for name in ("sales", "refunds", "cancelled"):
        counted: Counted = getattr(report, name)
        yield name, "", "", counted.count, counted.total_minor
    for method in report.methods:
        yield "method", method.method, "", method.count, method.amount_minor
    for tax in report.taxes:
        yield "net", tax.code, tax.rate, None, tax.net_minor
        yield "tax", tax.code, tax.rate, None, tax.tax_minor
    yield "untaxed", "", "", None, report.untaxed_minor
    yield "deposits", "", "", None, report.deposits_minor
    yield "rounding", "", "", None, report.rounding_minor
    yield "first_invoice_number", report.first_invoice_number or "", "", None, None
    yield "last_invoice_number", report.last_invoice_number or "", "", None, None
    yield "invoices_pending", "", "", report.invoices_pending, None
    yield "late", "", "", report.late.count, report.late.total_minor
