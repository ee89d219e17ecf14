"""What is written into Tryton for an entry: an invoice or a credit note with its revenue, a move with its money; for a
deposit a move only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from orders.accounting.port import AccountingRefusal, Entry, Posting
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.rpc import Record
from orders.accounting.tryton.taxes import TaxKey, described, key_of, refuse_unpaired
from orders.accounting.tryton.values import amount, as_day
from orders.commands.core.tenders import WITHOUT_INVOICE

Origins: TypeAlias = Mapping[tuple[int, int | None], str]
"""By account and tax: the line of the sale."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry. `revenue` becomes lines of the invoice, `taxes` its taxes, `money` lines of the move."""

    chart: Chart
    entry: Entry
    key: str
    revenue: tuple[Posting, ...]
    taxes: tuple[Posting, ...]
    money: tuple[Posting, ...]


def read_entry(chart: Chart, entry: Entry, *, key: str) -> Booking:
    """Raises AccountingRefusal for what cannot be booked whatever Tryton says."""
    if sum(one.amount_minor for one in entry.postings):
        raise AccountingRefusal("debits and credits differ")
    if entry.currency != chart.company.currency_code:
        raise AccountingRefusal(f"the books are in {chart.company.currency_code}, not in {entry.currency}")
    is_revenue = {one.account: chart.account(one.account).is_revenue for one in entry.postings}
    taxes = tuple(one for one in entry.postings if one.is_tax)
    revenue = tuple(one for one in entry.postings if is_revenue[one.account] and not one.is_tax)
    money = tuple(one for one in entry.postings if one.amount_minor and one not in (*taxes, *revenue))
    if bool(revenue) is (entry.kind in WITHOUT_INVOICE):
        raise AccountingRefusal(
            f"a {entry.kind} is no revenue" if revenue else "none of the accounts is one of revenue"
        )
    refuse_unpaired(revenue, taxes)
    return Booking(chart, entry, key, revenue, taxes, money)


def sale(booking: Booking) -> Record:
    on = booking.chart.open_day(booking.entry.day)
    return {
        "ringup_entry": booking.key,
        "invoice_date": as_day(on),
        "description": _described("Sale", booking.entry, on),
        **_content(booking, {}),
    }


def credit_note(booking: Booking, origins: Origins) -> Record:
    """It names the sale's number and, account by account, the lines that it takes back (`origins`)."""
    entry = booking.entry
    on = booking.chart.open_day(entry.day)
    return {
        "ringup_entry": booking.key,
        "reference": entry.invoice_number,
        "invoice_date": as_day(on),
        "description": _described(f"{entry.kind.capitalize()} of {entry.invoice_number}", entry, on),
        **_content(booking, origins),
    }


def _content(booking: Booking, origins: Origins) -> Record:
    """The lines say what was sold under which tax. Tryton works out each tax of them anew, unless it is there already
    with the same base: so the invoice has it from the beginning, with the amount that the customer was told."""
    taxes = {key_of(one): booking.chart.tax(key_of(one), account=one.account) for one in booking.taxes}
    lines = [_line(booking, one, taxes, origins) for one in booking.revenue]
    told = [_tax(booking, one, taxes) for one in booking.taxes]
    return {"lines": [["create", lines]], "taxes": [["create", told]] if told else []}


def _tax(booking: Booking, posting: Posting, taxes: Mapping[TaxKey, int]) -> Record:
    digits, key = booking.chart.company.digits, key_of(posting)
    base = -sum(one.amount_minor for one in booking.revenue if key_of(one) == key)
    return {
        "tax": taxes[key],
        "description": described(key),
        "account": booking.chart.account(posting.account).id,
        "base": amount(base, digits=digits),
        "amount": amount(-posting.amount_minor, digits=digits),
        "manual": False,
    }


def _line(booking: Booking, posting: Posting, taxes: Mapping[TaxKey, int], origins: Origins) -> Record:
    company, account = booking.chart.company, booking.chart.account(posting.account).id
    tax = taxes[key_of(posting)] if posting.tax_code is not None else None
    return {
        "type": "line",
        "description": f"{booking.entry.kind.capitalize()} {booking.entry.invoice_number}",
        "quantity": -1 if posting.amount_minor > 0 else 1,
        "unit_price": amount(abs(posting.amount_minor), digits=company.digits),
        "account": account,
        "currency": company.currency,
        "company": company.id,
        "taxes": [["add", [tax]]] if tax else [],
        "origin": origins.get((account, tax)),
    }


def money_move(booking: Booking, invoice: Record) -> Record:
    company = booking.chart.company
    due = -sum(one.amount_minor for one in booking.money)
    on = invoice["accounting_date"] or invoice["invoice_date"]
    owed = _move_line(booking, company.receivable, due, party=company.party)
    return {
        "ringup_key": booking.key,
        "company": company.id,
        "journal": company.cash_journal,
        "date": on,
        "period": booking.chart.period(on),
        "description": f"{booking.entry.kind.capitalize()} {booking.entry.invoice_number}",
        "origin": f"account.invoice,{invoice['id']}",
        "lines": [["create", [*_money_lines(booking), owed]]],
    }


def deposit_move(booking: Booking) -> Record:
    company, entry = booking.chart.company, booking.entry
    kind = entry.kind.replace("_", " ").capitalize()
    on = booking.chart.open_day(entry.day)
    return {
        "ringup_key": booking.key,
        "company": company.id,
        "journal": company.cash_journal,
        "date": as_day(on),
        "period": booking.chart.period(as_day(on)),
        "description": _described(f"{kind} {entry.invoice_number}", entry, on),
        "lines": [["create", _money_lines(booking)]],
    }


def _described(what: str, entry: Entry, on: date) -> str:
    """What is entered on another day than its own says so."""
    if on > entry.day:
        what = f"{what}, of {entry.day} when the books were closed"
    elif on < entry.day:
        what = f"{what}, of {entry.day}"
    return f"{what}, store {entry.store_code}"


def _money_lines(booking: Booking) -> list[Record]:
    lines = []
    for one in booking.money:
        account = booking.chart.account(one.account)
        party = booking.chart.company.party if account.needs_party else None
        lines.append(_move_line(booking, account.id, one.amount_minor, party=party))
    return lines


def _move_line(booking: Booking, account: int, amount_minor: int, *, party: int | None) -> Record:
    digits = booking.chart.company.digits
    return {
        "account": account,
        "party": party,
        "debit": amount(max(amount_minor, 0), digits=digits),
        "credit": amount(max(-amount_minor, 0), digits=digits),
    }
