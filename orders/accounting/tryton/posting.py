"""Booking an entry in Tryton: an invoice or a credit note with the revenue, a move with the money, settled with it."""

import time
from collections.abc import Iterable
from typing import Any

from orders.accounting.port import AccountingFault, AccountingRefusal, Entry
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.deposits import book_deposit
from orders.accounting.tryton.documents import Booking, Origins, credit_note, money_move, read_entry, sale
from orders.accounting.tryton.rpc import CALL_MAX_S, Changed, Record, Rpc
from orders.accounting.tryton.steps import BOOKED, Seen, Step, next_step
from orders.commands.core.tenders import WITHOUT_INVOICE, EntryKind

LINES_MAX = 1000
"""Of an invoice: one for each tax, and each account of revenue."""
STEPS_MAX = 20
"""More than there are, since another writer may be met at each of them."""
FIELDS = [
    "number",
    "state",
    "journal",
    "ringup_entry",
    "invoice_date",
    "accounting_date",
    "lines",
    "lines_to_pay",
    "reconciled",
    "comment",
]


def book(rpc: Rpc, chart: Chart, entry: Entry, *, idempotency_key: str) -> str:
    """The number of the invoice or of the credit note; of a deposit, its move's."""
    booking = read_entry(chart, entry, key=idempotency_key)
    if entry.kind in WITHOUT_INVOICE:
        return book_deposit(rpc, booking)
    refused: tuple[Step, AccountingRefusal] | None = None
    until = time.monotonic() + CALL_MAX_S
    for _ in range(STEPS_MAX):
        if time.monotonic() > until:
            raise AccountingFault("the entry is on its way, but takes longer")
        invoice, money = look(rpc, booking)
        step = next_step(seen(booking, invoice, money))
        if step is None:
            return str(invoice["number"])
        if refused and refused[0] is step:
            undo(step, rpc, invoice)
            raise refused[1]
        try:
            take(step, rpc, booking, invoice, money)
        except Changed:
            continue
        except AccountingRefusal as refusal:
            # Somebody else may have taken the step: Tryton refuses it then, and a look tells.
            refused = step, refusal
    raise AccountingFault("others keep changing the invoice")


def look(rpc: Rpc, booking: Booking) -> tuple[Record, Record]:
    """The entry's invoice and the move of its money, empty where that is not there."""
    entry, key = booking.entry, booking.key
    number = entry.credit_note_number or entry.invoice_number
    invoice = numbered(rpc, booking.chart, store_code=entry.store_code, number=number)
    if invoice["ringup_entry"] not in (None, key):
        raise AccountingRefusal(f"{number} was posted under another key")
    if invoice["state"] not in BOOKED:
        return invoice, {}
    return invoice, _first(rpc.search("account.move", [["ringup_key", "=", key]], ["state"], limit=1), {})


def numbered(rpc: Rpc, chart: Chart, *, store_code: str, number: str) -> Record:
    """The invoice with that number: of two series' the store's own."""
    domain = [["number", "=", number], ["type", "=", "out"], ["company", "=", chart.company.id]]
    journal = chart.journal(store_code)
    found = rpc.search("account.invoice", domain, [*FIELDS, "_timestamp"], limit=100)
    if not found:
        raise AccountingRefusal(f"Tryton has no invoice {number}")
    return min(found, key=lambda row: row["journal"] != journal)


def seen(booking: Booking, invoice: Record, money: Record) -> Seen:
    return Seen(
        invoice_state=invoice["state"],
        is_filled=invoice["ringup_entry"] is not None,
        has_money=bool(booking.money),
        money_state=money.get("state"),
        is_settled=bool(invoice["reconciled"]),
    )


def take(step: Step, rpc: Rpc, booking: Booking, invoice: Record, money: Record) -> None:
    match step:
        case Step.FILL:
            unchanged = {f"account.invoice,{invoice['id']}": invoice["_timestamp"]}
            rpc.call("model.account.invoice.write", [invoice["id"]], content(rpc, booking), _timestamp=unchanged)
        case Step.POST:
            rpc.call("model.account.invoice.post", [invoice["id"]])
        case Step.CREATE_MONEY:
            rpc.call("model.account.move.create", [money_move(booking, invoice)])
        case Step.POST_MONEY:
            rpc.call("model.account.move.post", [money["id"]])
        case Step.RECONCILE:
            reconcile(rpc, booking, invoice, money)


def content(rpc: Rpc, booking: Booking) -> Record:
    return sale(booking) if booking.entry.kind is EntryKind.SALE else credit_note(booking, _origins(rpc, booking))


def undo(step: Step, rpc: Rpc, invoice: Record) -> None:
    """An invoice that cannot be posted, as when its period is closed, is emptied: the entry may come again with other
    accounts. Money that cannot be entered leaves nothing."""
    if step is Step.POST:
        emptied = {"ringup_entry": None, "lines": [["delete", invoice["lines"]]]}
        rpc.call("model.account.invoice.write", [invoice["id"]], emptied)


def reconcile(rpc: Rpc, booking: Booking, invoice: Record, money: Record) -> None:
    domain = [["move", "=", money["id"]], ["account", "=", booking.chart.company.receivable]]
    paid = [line["id"] for line in rpc.search("account.move.line", domain, ["account"], limit=100)]
    lines = [*invoice["lines_to_pay"], *paid]
    wizard = "wizard.account.move.reconcile_lines"
    session, start, _ = rpc.call(f"{wizard}.create")
    rpc.call(
        f"{wizard}.execute", session, {}, start, active_model="account.move.line", active_id=lines[0], active_ids=lines
    )
    rpc.call(f"{wizard}.delete", session)


def _origins(rpc: Rpc, booking: Booking) -> Origins:
    entry = booking.entry
    sold = numbered(rpc, booking.chart, store_code=entry.store_code, number=entry.invoice_number)
    if sold["state"] not in BOOKED:
        raise AccountingRefusal(f"{entry.invoice_number} was never posted")
    lines = rpc.search("account.invoice.line", [["invoice", "=", sold["id"]]], ["account", "taxes"], limit=LINES_MAX)
    return {(line["account"], _first(line["taxes"])): f"account.invoice.line,{line['id']}" for line in lines}


def _first(found: Iterable[Any], otherwise: Any = None) -> Any:
    return next(iter(found), otherwise)
