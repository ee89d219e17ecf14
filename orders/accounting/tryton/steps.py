"""The steps by which an entry gets into Tryton's books. Each is there to be seen, so whoever comes next, after whatever
went wrong, looks how far it is and goes on."""

from dataclasses import dataclass
from enum import StrEnum

from orders.accounting.port import AccountingRefusal

BOOKED = frozenset({"posted", "paid"})


class Step(StrEnum):
    FILL = "fill the draft"
    POST = "post the invoice"
    CREATE_MONEY = "enter the money"
    POST_MONEY = "post the money"
    RECONCILE = "settle the invoice with the money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry's documents. `money_state`: of its move, None where none is there yet."""

    invoice_state: str
    is_filled: bool
    has_money: bool
    money_state: str | None
    is_settled: bool


def next_step(seen: Seen) -> Step | None:
    """None: it is booked. A void number's invoice takes no entry."""
    if seen.invoice_state == "cancelled":
        raise AccountingRefusal("the number is void")
    if not seen.is_filled:
        return Step.FILL
    if seen.invoice_state not in BOOKED:
        return Step.POST
    if not seen.has_money or seen.is_settled:
        return None
    if seen.money_state is None:
        return Step.CREATE_MONEY
    return Step.RECONCILE if seen.money_state == "posted" else Step.POST_MONEY
