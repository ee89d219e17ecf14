"""Tryton's books, read back from Tryton."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlsplit

from orders.accounting.port import Accounting, Posting
from orders.accounting.tryton import TrytonAccounting
from orders.accounting.tryton.address import read_address
from orders.accounting.tryton.rpc import Rpc
from tests.support.accounting.accounting import HASTE_S, PATIENCE_S, Booked
from tests.support.network.http_faults import FaultyProxy, faulty_proxy
from tests.support.tryton.server import Tryton

ALL = 10_000


@dataclass(frozen=True, slots=True)
class TrytonBooks:
    """`rpc` asks Tryton itself, not through `proxy`."""

    accounting: Accounting
    hasty: Accounting
    proxy: FaultyProxy
    proxied_url: str
    rpc: Rpc
    asks_once: ClassVar[bool] = False

    def booked(self) -> list[Booked]:
        invoices = self.find("account.invoice", ["ringup_entry", "!=", None], ["state", "in", ["posted", "paid"]])
        deposits = self.find(
            "account.move", ["ringup_key", "!=", None], ["origin", "=", None], ["state", "=", "posted"]
        )
        return [*map(self._deposited, deposits), *map(self._booked, invoices)]

    def issued(self) -> list[str]:
        return [one["number"] for one in self.find("account.invoice", ["ringup_key", "!=", None])]

    def voided(self) -> dict[str, str]:
        void = self.find("account.invoice", ["state", "=", "cancelled"])
        return {one["number"]: one["comment"].removeprefix("Void: ") for one in void}

    def find(self, model: str, *domain: Any) -> list[dict[str, Any]]:
        """All such records, oldest first, as the accountant sees them."""
        return self.rpc.search(model, list(domain), NAMES[model], limit=ALL, order=[["id", "ASC"]])

    def invoice(self, number: str) -> dict[str, Any]:
        (invoice,) = self.find("account.invoice", ["number", "=", number])
        return invoice

    def moves_of(self, invoice: dict[str, Any]) -> list[dict[str, Any]]:
        return self.find("account.move", ["origin", "=", f"account.invoice,{invoice['id']}"])

    def postings_of(self, move: dict[str, Any]) -> list[Posting]:
        lines = self.find("account.move.line", ["move", "=", move["id"]])
        return [Posting(line["account."]["code"], minor(line["debit"]) - minor(line["credit"])) for line in lines]

    def tax_report(self, *codes: str) -> dict[tuple[str, str], tuple[int, int]]:
        """What Tryton's list of taxes says of these, over all periods: by name and rate, base and tax, of invoices less
        credit notes."""
        taxes = self.find("account.tax", ["name", "in", list(codes)])
        names = [f"{kind}_{of}_amount" for of in ("base", "tax") for kind in ("invoice", "credit")]
        told = self.rpc.call("model.account.tax.read", [one["id"] for one in taxes], names, periods=self._periods())
        amounts = {one["id"]: [minor(one[name]) for name in names] for one in told}
        return {
            (one["name"], _percent(one["rate"])): (sum(amounts[one["id"]][:2]), sum(amounts[one["id"]][2:]))
            for one in taxes
        }

    def tax_code(self, tax: int, amount: str) -> int:
        """What the chart of tax codes shows, over all periods, under a code that this makes: the tax's invoices less
        its credit notes, which a code counts up."""
        lines = [
            {"operator": operator, "tax": tax, "amount": amount, "type": kind}
            for operator, kind in (("+", "invoice"), ("-", "credit"))
        ]
        content = {"name": f"{amount} of {tax}", "company": self.rpc.company, "lines": [["create", lines]]}
        made = self.rpc.call("model.account.tax.code.create", [content])
        (read,) = self.rpc.call("model.account.tax.code.read", made, ["amount"], periods=self._periods())
        return minor(read["amount"])

    def _periods(self) -> list[int]:
        return [one["id"] for one in self.find("account.period", ["type", "=", "standard"])]

    def _deposited(self, move: dict[str, Any]) -> Booked:
        told, _, store_code = move["description"].partition(", store ")
        kind, _, order_number = told.rpartition(" ")
        postings = tuple(self.postings_of(move))
        return Booked(store_code, order_number, kind.lower().replace(" ", "_"), postings, move["number"])

    def _booked(self, invoice: dict[str, Any]) -> Booked:
        """What is owed in between, by the customer, is not of the entry."""
        postings = [one for move in reversed(self.moves_of(invoice)) for one in self.postings_of(move)]
        kind, _, store_code = invoice["description"].partition(", store ")
        return Booked(
            store_code,
            invoice["reference"] or invoice["number"],
            kind.split()[0].lower(),
            tuple(one for one in postings if one.account != RECEIVABLE),
            invoice["number"],
            invoice["number"] if invoice["reference"] else None,
        )


RECEIVABLE = "1.2.1"
NAMES = {
    "account.invoice": [
        *("number", "state", "reference", "description", "comment", "total_amount", "reconciled", "journal.code"),
        *("ringup_key", "ringup_entry", "lines", "invoice_date"),
    ],
    "account.invoice.line": ["origin", "amount", "invoice"],
    "account.move": ["number", "state", "journal.code", "description", "date"],
    "account.invoice.tax": ["tax.name", "base", "amount"],
    "account.period": ["start_date", "end_date"],
    "account.tax.line": ["type", "amount"],
    "account.tax": ["name", "description", "rate"],
    "account.move.line": ["account.code", "debit", "credit", "reconciliation"],
}


def _percent(rate: dict[str, str]) -> str:
    percent = f"{Decimal(rate['decimal']).scaleb(2):f}"
    return percent.rstrip("0").rstrip(".") if "." in percent else percent


def minor(amount: dict[str, str]) -> int:
    return int(Decimal(amount["decimal"]) * 100)


@contextmanager
def tryton_books(tryton: Tryton) -> Iterator[TrytonBooks]:
    parts = urlsplit(tryton.url)
    credentials, _, host = parts.netloc.rpartition("@")
    with faulty_proxy(f"http://{host}") as proxy:
        url = parts._replace(netloc=f"{credentials}@{proxy.url.removeprefix('http://')}").geturl()
        yield TrytonBooks(
            TrytonAccounting(url, read_timeout_s=PATIENCE_S),
            TrytonAccounting(url, read_timeout_s=HASTE_S),
            proxy,
            url,
            Rpc(read_address(tryton.url), read_timeout_s=PATIENCE_S),
        )
