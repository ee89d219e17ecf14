"""A cashier: works off her errands one after the other."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from project.demo.day.day import Return, Sale, UnmatchedReturn, WriteOff
from project.demo.day.deal import Errand, Round, order_id
from project.demo.submit import CASH, Seen, submit
from project.demo.terminals import Terminals, TillFailed
from ringup_client import Adjust, Asked, Back, Goods, Line, Order, Pay, RingupError, Tender
from ringup_client import Return as GiveBack
from ringup_client import WriteOff as BookAsLost

CURRENCY = "GBP"
METHODS = (CASH, "card")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An errand, and what the till saw of its command."""

    errand: Errand
    seen: Seen


class SalesDone:
    """Tells the tills that a sale is over, whatever came of it, so that its goods may come back."""

    def __init__(self, invoices: Iterable[str]) -> None:
        self._over = {invoice: threading.Event() for invoice in invoices}

    def wait(self, invoice: str) -> None:
        self._over[invoice].wait()

    def tell(self, invoice: str) -> None:
        self._over[invoice].set()

    def give_up(self) -> None:
        for over in self._over.values():
            over.set()


class Cashier:
    def __init__(self, terminals: Terminals, *, sales_done: SalesDone, note: Callable[[Done], None]) -> None:
        self._terminals = terminals
        self._sales_done = sales_done
        self._note = note

    def work(self, hand: Round) -> int:
        """Work off all errands; the number of credit lines left out on the way."""
        for errand in hand.errands:
            role, asked = self._asked(errand)
            seen = submit(self._terminals[role], asked, key=errand.key, twice=errand.is_sent_twice)
            if isinstance(errand.step, Sale):
                self._sales_done.tell(errand.slip.invoice)
            self._note(Done(errand=errand, seen=seen))
        return hand.lines_left_out

    def _asked(self, errand: Errand) -> tuple[str, Asked]:
        """Of the terminal of which role, and what."""
        match errand.step:
            case Sale() as sale:
                total_minor = self._create_order(errand, sale)
                # What costs nothing is paid with nothing.
                tenders = [Tender(METHODS[errand.number % 2], total_minor)] if total_minor else []
                return "pos", Pay(order_id(errand.slip.invoice), tenders)
            case Return() as back:
                self._sales_done.wait(back.invoice)
                lines = [Back(back.quantity, sku=back.sku)]
                reason = f"credit note {errand.slip.invoice}"
                return "supervisor", GiveBack(order_id(back.invoice), lines, reason=reason)
            case WriteOff() as lost:
                return "backoffice", BookAsLost([Goods(lost.sku, lost.quantity)], reason=lost.reason)
            case UnmatchedReturn() as back:
                return "backoffice", Adjust([Goods(back.sku, back.quantity)], reason="unmatched return")

    def _create_order(self, errand: Errand, sale: Sale) -> int:
        """The order's total, as the server works it out."""
        order = Order(
            [Line(line.sku, line.quantity, line.unit_price_minor) for line in sale.lines],
            CURRENCY,
            reference=errand.slip.invoice,
            discount_percent=str(sale.discount_percent) if sale.discount_percent else None,
            id=order_id(errand.slip.invoice),
        )
        try:
            return int(str(self._terminals["pos"].draft(order)["total_minor"]))
        except RingupError as error:
            raise TillFailed(f"the order of {errand.slip.invoice}: {error}") from error
