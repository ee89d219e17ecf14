"""Booking a deposit in Tryton, or what is given back of it: a move, since there is no invoice yet. Some of the sale's
money then comes from the account of deposits."""

import time

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.accounting.tryton.documents import Booking, deposit_move
from orders.accounting.tryton.rpc import CALL_MAX_S, Changed, Record, Rpc

STEPS_MAX = 6
"""More than there are, since another writer may be met at each of them."""


def book_deposit(rpc: Rpc, booking: Booking) -> str:
    """The number of the move. As with an invoice, whoever repeats this looks how far it is, and goes on."""
    refusal: AccountingRefusal | None = None
    until = time.monotonic() + CALL_MAX_S
    for _ in range(STEPS_MAX):
        if time.monotonic() > until:
            raise AccountingFault("the deposit is on its way, but takes longer")
        move = _look(rpc, booking)
        if move.get("state") == "posted":
            return str(move["number"])
        if refusal:
            if move:
                rpc.call("model.account.move.delete", [move["id"]])
            raise refusal
        try:
            if move:
                rpc.call("model.account.move.post", [move["id"]])
            else:
                rpc.call("model.account.move.create", [deposit_move(booking)])
        except Changed:
            continue
        except AccountingRefusal as refused:
            # Somebody else may have done it: Tryton refuses it then, and a look tells.
            refusal = refused
    raise AccountingFault("others keep changing the deposit")


def _look(rpc: Rpc, booking: Booking) -> Record:
    found = rpc.search("account.move", [["ringup_key", "=", booking.key]], ["state", "number"], limit=1)
    return found[0] if found else {}
