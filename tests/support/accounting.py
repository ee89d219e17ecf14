"""Accounting systems behind a faulty network, each with its adapter, and their books as an accountant reads them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from orders.accounting.http import HttpAccounting
from orders.accounting.port import Accounting, Entry, Posting
from orders.core.tenders import EntryKind
from tests.support.http_faults import FaultyProxy, faulty_proxy
from tests.support.simulator import Simulator, simulating

READ_TIMEOUT_S = 0.4
"""Of the adapters: a test does not wait as long as a shop would."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as the accounting system has it."""

    store_code: str
    invoice_number: str
    kind: str
    postings: tuple[Posting, ...]
    reference: str


class Books(Protocol):
    """`accounting`: the adapter, which reaches the system through `proxy`."""

    @property
    def accounting(self) -> Accounting: ...

    @property
    def proxy(self) -> FaultyProxy: ...

    def booked(self) -> list[Booked]:
        """All that was ever booked, oldest first."""
        ...

    def issued(self) -> list[str]:
        """All IDs that were ever made."""
        ...


@dataclass(frozen=True, slots=True)
class SimulatorBooks:
    accounting: Accounting
    proxy: FaultyProxy
    simulator: Simulator

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
            )
            for item in items
        ]

    def issued(self) -> list[str]:
        with closing(sqlite3.connect(self.simulator.storage / "books.sqlite3")) as books:
            return [number for (number,) in books.execute("SELECT number FROM draft ORDER BY rowid")]


@contextmanager
def simulator_books(storage: Path) -> Iterator[SimulatorBooks]:
    with simulating(storage) as simulator, faulty_proxy(simulator.url) as proxy:
        yield SimulatorBooks(HttpAccounting(proxy.url, read_timeout_s=READ_TIMEOUT_S), proxy, simulator)


ADAPTERS: dict[str, Callable[[Path], AbstractContextManager[Books]]] = {"simulator": simulator_books}
"""Whoever writes an adapter names it here; then every test of the contract is one of it."""


def entry(number: str, kind: EntryKind = EntryKind.SALE, *, amount_minor: int = 250, **changed: Any) -> Entry:
    """A sale of that amount for cash, or what takes it back."""
    debit = amount_minor if kind is EntryKind.SALE else -amount_minor
    values = {
        "store_code": "main",
        "invoice_number": number,
        "kind": kind,
        "currency": "GBP",
        "occurred_at": datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        "postings": (Posting("cash", debit), Posting("revenue", -debit)),
    }
    return Entry(**{**values, **changed})
