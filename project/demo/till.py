"""A till: works off its errands one after the other, as a cashier would."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from project.demo.connection import Connection
from project.demo.day.day import Return, Sale, UnmatchedReturn, WriteOff
from project.demo.day.deal import Errand, Round, order_id
from project.demo.submit import CASH, Seen, Submission, submit

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


class Till:
    def __init__(
        self,
        connection: Connection,
        *,
        terminal_keys: Mapping[str, str],
        sales_done: SalesDone,
        note: Callable[[Done], None],
    ) -> None:
        """`terminal_keys`: role -> key."""
        self._connection = connection
        self._terminal_keys = terminal_keys
        self._sales_done = sales_done
        self._note = note

    def work(self, hand: Round) -> int:
        """Work off all errands; the number of credit lines left out on the way."""
        for errand in hand.errands:
            seen = submit(self._connection, self._submission(errand), twice=errand.is_sent_twice)
            if isinstance(errand.step, Sale):
                self._sales_done.tell(errand.slip.invoice)
            self._note(Done(errand=errand, seen=seen))
        return hand.lines_left_out

    def _submission(self, errand: Errand) -> Submission:
        body: dict[str, Any]
        match errand.step:
            case Sale() as sale:
                total_minor = self._create_order(errand, sale)
                # What costs nothing is paid with nothing.
                tender = {"method": METHODS[errand.number % 2], "amount_minor": total_minor}
                tenders = [tender] if total_minor else []
                path, role, body = f"/orders/{order_id(errand.slip.invoice)}/pay", "pos", {"tenders": tenders}
            case Return() as back:
                self._sales_done.wait(back.invoice)
                line = {"sku": back.sku, "quantity": back.quantity, "condition": "sellable"}
                path, role = f"/orders/{order_id(back.invoice)}/return", "supervisor"
                body = {"lines": [line], "reason": f"credit note {errand.slip.invoice}"}
            case WriteOff() as lost:
                path, role = "/inventory/write-off", "backoffice"
                body = {"items": [{"sku": lost.sku, "quantity": lost.quantity}], "reason": lost.reason}
            case UnmatchedReturn() as back:
                path, role = "/inventory/adjust", "backoffice"
                body = {"items": [{"sku": back.sku, "quantity": back.quantity}], "reason": "unmatched return"}
        return Submission(path=path, terminal_key=self._terminal_keys[role], key=errand.key, body=body)

    def _create_order(self, errand: Errand, sale: Sale) -> int:
        """The order's total, as the server works it out."""
        order: dict[str, Any] = {
            "id": str(order_id(errand.slip.invoice)),
            "currency": CURRENCY,
            "fulfilment": "immediate",
            "reference": errand.slip.invoice,
            "lines": [
                {"sku": line.sku, "quantity": line.quantity, "unit_price_minor": line.unit_price_minor}
                for line in sale.lines
            ],
        }
        if sale.discount_percent:
            order["discount_percent"] = str(sale.discount_percent)
        key, deadline = self._terminal_keys["pos"], self._connection.deadline()
        created = self._connection.ask("POST", "/orders", terminal_key=key, body=order, deadline=deadline)
        return int(created.body["total_minor"])
