"""What Ringup asks of an accounting system. Whoever writes an adapter writes these three calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from base.outside.asking import Fault, Refusal
from orders.commands.core.tenders import EntryKind

REFERENCE_LENGTH_MAX = 100


class AccountingFault(Fault):
    """The accounting system did not answer, or not as agreed; the same call under the same key may be repeated."""


class AccountingRefusal(Refusal):
    """The accounting system understood and said no: nothing happened, and repeating the same call would not help."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A debit is positive, a credit negative. `account`: as the accounting system calls it.

    What is taxed has a code and a rate, in percent: a posting of the revenue, without its tax, and one with `is_tax` of
    the tax itself, whatever they amount to. The amounts are what customers were told: work out no others.
    """

    account: str
    amount_minor: int
    tax_code: str | None = None
    tax_rate: str | None = None
    is_tax: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sale, or what takes back all or part of one: then `invoice_number` is still the sale's, and a credit note that
    refers to it is due under its own number, `credit_note_number`. Of a deposit, which comes before its invoice,
    `invoice_number` is the order's own number; of a drawer's closing it is `Z`, the terminal's id and the closing's
    number. The postings sum to zero. `occurred_at`: when Ringup wrote it; `day`: the business day that it belongs to.
    Where the books are closed for that day it goes to their first open one, and says so."""

    store_code: str
    invoice_number: str
    credit_note_number: str | None = None
    kind: EntryKind
    currency: str
    occurred_at: datetime
    day: date
    postings: tuple[Posting, ...]


class Drafts(Protocol):
    """It alone makes invoice IDs."""

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[Any]:
        """IDs of `count` new drafts; the same key gives the same IDs again. What is wrong with them the caller finds
        out. Raises AccountingFault, AccountingRefusal."""
        ...


class Journal(Protocol):
    """It keeps the books."""

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        """Book the entry, and give its reference there; the same key books nothing again and gives the same reference.

        After a restore of Ringup's database an entry comes again with another `occurred_at`, maybe another `day`, and a
        deposit with another number of its order: what was booked first stands.

        An order's entries come one after the other: deposits, then the sale, then what is taken back. Raises
        AccountingFault, AccountingRefusal.
        """
        ...


class Voids(Protocol):
    """It knows what became of every ID it made."""

    def void(self, *, store_code: str, number: str, reason: str) -> None:
        """Nothing will ever be booked under this number: it stays in the books, void, with the reason. Void already:
        well. Raises AccountingFault, and AccountingRefusal for a number that was booked under or never made."""
        ...


class Accounting(Drafts, Journal, Voids, Protocol):
    """All of it."""
