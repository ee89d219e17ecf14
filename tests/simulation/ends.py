"""What must hold once nothing fails any more: all is settled, and the other systems know the same as the shop."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.outside import Bank, Books
from tests.simulation.server import Server

_LEFT = """
    SELECT 'command ' || kind || ' is ' || state || ' ' || last_error FROM orders_command
    WHERE state IN ('pending', 'awaiting', 'parked')
    UNION ALL SELECT 'authorization ' || last_error FROM orders_authorization WHERE state = 'requested'
    UNION ALL SELECT kind || ' ' || state || ' ' || last_error FROM orders_paymentinstruction WHERE state <> 'done'
    UNION ALL SELECT 'entry ' || kind || ' ' || state || ' ' || last_error FROM orders_journalentry
    WHERE state <> 'posted'
    UNION ALL SELECT 'void ' || last_error FROM orders_voidnotice WHERE told_at IS NULL
    UNION ALL SELECT 'sale without number' FROM orders_order WHERE invoice_pending
    UNION ALL SELECT 'credit note without number' FROM orders_creditnote WHERE pending
    UNION ALL SELECT 'hold that lapsed' FROM inventory_hold WHERE expires_at < now() - interval '5 minutes'
    UNION ALL SELECT 'wait that lapsed' FROM orders_order WHERE awaits_until < now() - interval '5 minutes'
    UNION ALL SELECT 'refill ' || last_error FROM orders_invoicerefill WHERE stored_at IS NULL
"""

_ONLINE = """
    SELECT coalesce(sum(CASE kind WHEN 'tender' THEN amount_minor ELSE -amount_minor END), 0)::bigint
    FROM orders_payment WHERE method = 'online'
"""
_NUMBERS = "SELECT number, state FROM orders_invoicenumber"
_ENTRIES = "SELECT count(*) FROM orders_journalentry"
_TOLD_VOID = """
    SELECT number.number FROM orders_voidnotice JOIN orders_invoicenumber AS number ON number.id = number_id
"""


def left(server: Server) -> list[str]:
    return [what for (what,) in server.execute(_LEFT)]


def disagreements(server: Server, bank: Bank, books: Books) -> Iterator[str]:
    yield from _with_bank(server, bank)
    numbers: dict[str, str] = dict(server.execute(_NUMBERS))
    made = Counter(number for of_key in books.made.values() for number in of_key)
    if lost := made.keys() - numbers.keys():
        yield f"accounting made {sorted(lost)}, and the shop has lost them"
    booked = {entry.credit_note_number or entry.invoice_number for entry in books.booked.values()}
    if wrong := [number for number in booked if number in numbers and numbers[number] != "posted"]:
        yield f"booked, and {[(number, numbers[number]) for number in wrong]}"
    [(entries,)] = server.execute(_ENTRIES)
    if entries != len(books.booked):
        yield f"the shop has {entries} entries, accounting {len(books.booked)}"
    void = {number for (number,) in server.execute(_TOLD_VOID)}
    if void != books.voided:
        yield f"void on one side only: {void ^ books.voided}"


def _with_bank(server: Server, bank: Bank) -> Iterator[str]:
    [(taken,)] = server.execute(_ONLINE)
    if bank.paper.net_minor != taken:
        yield f"the bank has {bank.paper.net_minor} for the shop, which knows of {taken}"
    if bank.paper.set_aside_minor:
        yield f"{bank.paper.set_aside_minor} of customers is set aside for nobody"
