"""Waiting until nothing is left to do, and asking those outside what they have."""

from typing import Any

import psycopg
import urllib3

from benchmarks.chaos.bank import Bank
from benchmarks.chaos.history.check import BANK, ENTRIES
from benchmarks.chaos.history.exchange import History
from project.stack.embedded.child import wait_until

LEFT = {
    "commands": "SELECT count(*) FROM orders_command WHERE state IN ('pending', 'awaiting', 'parked')",
    "entries": "SELECT count(*) FROM orders_journalentry WHERE state <> 'posted'",
    "authorizations": "SELECT count(*) FROM orders_authorization WHERE state = 'requested'",
    "instructions": "SELECT count(*) FROM orders_paymentinstruction WHERE state <> 'done'",
    "sales and credit notes without a number": """SELECT (SELECT count(*) FROM orders_order WHERE invoice_pending)
        + (SELECT count(*) FROM orders_creditnote WHERE pending)""",
    "lapsing holds": "SELECT count(*) FROM inventory_hold WHERE expires_at < now() + interval '15 s'",
}
"""Nothing may lapse while everything is read once more."""
PAGE = 500


def left(database_url: str, *, seconds: float) -> list[str]:
    """What is left to do after so long at most, a line each."""
    found: dict[str, int] = {"the database": 1}

    def is_done() -> bool:
        nonlocal found
        try:
            with psycopg.connect(database_url, connect_timeout=2) as database:
                found = {what: _count(database, asked) for what, asked in LEFT.items()}
        except psycopg.OperationalError:
            return False
        return not any(found.values())

    wait_until(is_done, seconds=seconds)
    return [f"{count} {what} are left after {seconds:.0f} s" for what, count in found.items() if count]


def _count(database: psycopg.Connection[Any], asked: str) -> int:
    row = database.execute(asked.encode()).fetchone()
    assert row
    return int(row[0])


def ask_outside(history: History, *, accounting_url: str, store: str, bank: Bank) -> None:
    """So that it stands in the history what they have booked, and what they keep."""
    after = "0"
    while True:
        query = {"after": after}
        asked = history.asked(who="accounting", role="outside", method="GET", path=ENTRIES, query=query, body=None)
        answer = urllib3.request("GET", f"{accounting_url}/entries", fields=query, timeout=30).json()
        of_store = [one for one in answer["items"] if one["store"] == store]
        history.answered(asked, status=200, answer={"items": of_store})
        if len(answer["items"]) < PAGE:
            break
        after = str(answer["items"][-1]["position"])
    asked = history.asked(who="bank", role="outside", method="GET", path=BANK, query={}, body=None)
    history.answered(asked, status=200, answer=bank.sums())
