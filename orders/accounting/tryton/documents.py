"""What is written into Tryton for an entry: an invoice or a credit note with its revenue, a move with its money; for a
deposit a move only."""

from dataclasses import dataclass

from orders.accounting.port import AccountingRefusal, Entry, Posting
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.drafts import blank
from orders.accounting.tryton.rpc import Record
from orders.accounting.tryton.values import amount, day
from orders.core.tenders import OF_DEPOSITS


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry. `revenue` becomes lines of the invoice, `money` lines of the move."""

    chart: Chart
    entry: Entry
    key: str
    revenue: tuple[Posting, ...]
    money: tuple[Posting, ...]


def read_entry(chart: Chart, entry: Entry, *, key: str) -> Booking:
    """Raises AccountingRefusal for what cannot be booked whatever Tryton says."""
    if sum(one.amount_minor for one in entry.postings):
        raise AccountingRefusal("debits and credits differ")
    if entry.currency != chart.company.currency_code:
        raise AccountingRefusal(f"the books are in {chart.company.currency_code}, not in {entry.currency}")
    is_revenue = {one.account: chart.account(one.account).is_revenue for one in entry.postings}
    revenue = tuple(one for one in entry.postings if is_revenue[one.account])
    money = tuple(one for one in entry.postings if not is_revenue[one.account] and one.amount_minor)
    if bool(revenue) is (entry.kind in OF_DEPOSITS):
        raise AccountingRefusal("a deposit is no revenue" if revenue else "none of the accounts is one of revenue")
    return Booking(chart, entry, key, revenue, money)


def sale(booking: Booking) -> Record:
    entry = booking.entry
    return {
        "ringup_entry": booking.key,
        "invoice_date": day(booking.chart.day_of(entry.occurred_at)),
        "description": f"Sale, store {entry.store_code}",
        "lines": [["create", [_line(booking, one, {}) for one in booking.revenue]]],
    }


def credit_note(booking: Booking, *, origins: dict[int, str]) -> Record:
    """It names the sale's number and, account by account, the lines that it takes back (`origins`). Tryton dates and
    numbers it when it is posted, for a series' numbers rise with its dates."""
    entry = booking.entry
    return {
        **blank(booking.chart, entry.store_code),
        "ringup_entry": booking.key,
        "reference": entry.invoice_number,
        "description": f"{entry.kind.capitalize()} of {entry.invoice_number}, store {entry.store_code}",
        "lines": [["create", [_line(booking, one, origins) for one in booking.revenue]]],
    }


def _line(booking: Booking, posting: Posting, origins: dict[int, str]) -> Record:
    company, account = booking.chart.company, booking.chart.account(posting.account).id
    return {
        "type": "line",
        "description": f"{booking.entry.kind.capitalize()} {booking.entry.invoice_number}",
        "quantity": -1 if posting.amount_minor > 0 else 1,
        "unit_price": amount(abs(posting.amount_minor), digits=company.digits),
        "account": account,
        "currency": company.currency,
        "company": company.id,
        "origin": origins.get(account),
    }


def money_move(booking: Booking, invoice: Record) -> Record:
    company = booking.chart.company
    due = -sum(one.amount_minor for one in booking.money)
    owed = _move_line(booking, company.receivable, due, party=company.party)
    return {
        "ringup_key": booking.key,
        "company": company.id,
        "journal": company.cash_journal,
        "date": invoice["invoice_date"],
        "description": f"{booking.entry.kind.capitalize()} {booking.entry.invoice_number}",
        "origin": f"account.invoice,{invoice['id']}",
        "lines": [["create", [*_money_lines(booking), owed]]],
    }


def deposit_move(booking: Booking) -> Record:
    company, entry = booking.chart.company, booking.entry
    kind = entry.kind.replace("_", " ").capitalize()
    return {
        "ringup_key": booking.key,
        "company": company.id,
        "journal": company.cash_journal,
        "date": day(booking.chart.day_of(entry.occurred_at)),
        "description": f"{kind} {entry.invoice_number}, store {entry.store_code}",
        "lines": [["create", _money_lines(booking)]],
    }


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
