"""An accounting system behind a faulty network, with its adapter, and its books as an accountant reads them."""

import sqlite3
from collections.abc import Callable, Iterator, Sized
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from orders.accounting.http import HttpAccounting
from orders.accounting.port import Accounting, Entry, Posting
from orders.commands.core.tenders import EntryKind
from project.stack.embedded.child import wait_until
from tests.support.accounting.simulator import Simulator, simulating
from tests.support.network.http_faults import FaultyProxy, faulty_proxy

PATIENCE_S = 60.0
"""On a machine that has much else to do."""
HASTE_S = 0.4
"""How long an adapter waits where a test lets it wait in vain."""


OCCURRED_AT = datetime.now(UTC).replace(microsecond=0)
"""Books are open around today only."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as the accounting system has it."""

    store_code: str
    invoice_number: str
    kind: str
    postings: tuple[Posting, ...]
    reference: str
    credit_note_number: str | None = None


class Books(Protocol):
    """`accounting`: the adapter, which reaches the system through `proxy`; `hasty`: the same, but it waits `HASTE_S`
    only. `asks_once`: every call of the port is one request, so a lost answer is the answer to an effect."""

    asks_once: ClassVar[bool]

    @property
    def accounting(self) -> Accounting: ...

    @property
    def hasty(self) -> Accounting: ...

    @property
    def proxy(self) -> FaultyProxy: ...

    def booked(self) -> list[Booked]:
        """All that was ever booked, oldest first."""
        ...

    def issued(self) -> list[str]:
        """All IDs that were ever made."""
        ...

    def voided(self) -> dict[str, str]:
        """Void ID -> reason."""
        ...

    def tax_report(self, *codes: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Of these taxes, by code and rate: net and tax of all that was ever booked."""
        ...


@dataclass(frozen=True, slots=True)
class SimulatorBooks:
    accounting: Accounting
    hasty: Accounting
    proxy: FaultyProxy
    simulator: Simulator
    asks_once: ClassVar[bool] = True

    def booked(self) -> list[Booked]:
        items: list[Any] = []
        while page := self.simulator.ask("GET", f"/entries?after={len(items)}")[1]["items"]:
            items += page
        return [
            Booked(
                item["store"],
                item["invoice_number"],
                item["kind"],
                tuple(Posting(**posting) for posting in item["postings"]),
                item["reference"],
                item["credit_note_number"],
            )
            for item in items
        ]

    def issued(self) -> list[str]:
        return [number for (number,) in self._read("SELECT number FROM draft ORDER BY rowid")]

    def voided(self) -> dict[str, str]:
        return dict(self._read("SELECT number, reason FROM void"))

    def tax_report(self, *codes: str) -> dict[tuple[str, str], tuple[int, int]]:
        told = self.simulator.ask("GET", "/report")[1]["taxes"]
        return {
            (one["code"], one["rate"]): (one["net_minor"], one["tax_minor"]) for one in told if one["code"] in codes
        }

    def _read(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.simulator.storage / "books.sqlite3")) as books:
            return books.execute(query).fetchall()


@contextmanager
def simulator_books(storage: Path) -> Iterator[SimulatorBooks]:
    with simulating(storage) as simulator, faulty_proxy(simulator.url) as proxy:
        hasty = HttpAccounting(proxy.url, read_timeout_s=HASTE_S)
        yield SimulatorBooks(HttpAccounting(proxy.url, read_timeout_s=PATIENCE_S), hasty, proxy, simulator)


def comes_to(count: int, found: Callable[[], Sized]) -> bool:
    """Who is too hasty for an answer may be ahead of what is done for him."""
    return wait_until(lambda: len(found()) == count, seconds=PATIENCE_S)


def taxed(code: str, net_minor: int, tax_minor: int, rate: str = "20") -> tuple[Posting, Posting]:
    """As a sale credits it."""
    return (
        Posting("revenue", -net_minor, code, rate),
        Posting("tax", -tax_minor, code, rate, is_tax=True),
    )


def entry(number: str, kind: EntryKind = EntryKind.SALE, *, amount_minor: int = 250, **changed: Any) -> Entry:
    """A sale of that amount for cash, or what takes it back."""
    debit = amount_minor if kind is EntryKind.SALE else -amount_minor
    values = {
        "store_code": "main",
        "invoice_number": number,
        "kind": kind,
        "currency": "GBP",
        "occurred_at": OCCURRED_AT,
        "day": OCCURRED_AT.date(),
        "postings": (Posting("cash", debit), Posting("revenue", -debit)),
    }
    return Entry(**{**values, **changed})
