"""Relaying the outbox: entries go to the accounting system, each as often as it takes, and are booked there once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from base.outside.asking import ask, checked
from base.outside.lease_loop import Failure, Kind, Ran, Work, run
from base.outside.pages import A_RUN, Due, Pages
from base.outside.share import Share
from orders.accounting import db
from orders.accounting.db import Leased
from orders.accounting.port import REFERENCE_LENGTH_MAX, Journal

WORK = Work(
    # Of entries and voids: accounting that hangs has one thread of them.
    share=Share(1, task="upkeep.relay_outbox"),
    # One statement notes so many: a day's entries are many, and their own order in the books is kept.
    batch=50,
    # Of different orders: if none of them gets an answer, accounting is down, and the others' attempts are not used up.
    probes=2,
    attempts_max=20,
    backoff_max_s=60,
)

_pages = Pages[Leased, Due](at_once=A_RUN)
"""Of the one that relays: the next run goes on where this one had read enough."""


def relay_outbox(accounting: Journal) -> Ran:
    """Send what is due, oldest first, until nothing is or accounting seems to be down.

    One at a time in a process: while accounting hangs, further ones would only take the threads of others.
    """
    _pages.begin()
    return run(WORK, _Entries(accounting, _pages))


@dataclass(frozen=True, slots=True)
class _Entries(Kind[Leased, str]):
    accounting: Journal
    pages: Pages[Leased, Due]

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Leased]:
        return self.pages.next(partial(db.lease_due, limit=limit, now=now, until=until))

    def ask(self, item: Leased) -> str:
        return ask(lambda: self._post(item), of="accounting")

    def done(self, answers: Sequence[tuple[Leased, str]], *, lease_until: datetime, now: datetime) -> int:
        return db.posted([(one.id, reference) for one, reference in answers], lease_until=lease_until, now=now)

    def failed(self, failures: Sequence[Failure[Leased]], *, lease_until: datetime) -> None:
        db.failed(failures, lease_until=lease_until)

    def give_back(self, untried: Sequence[Leased], *, lease_until: datetime) -> None:
        db.give_back([one.id for one in untried], lease_until=lease_until)

    def name(self, item: Leased) -> str:
        return f"entry {item.id}"

    def _post(self, one: Leased) -> str:
        reference = self.accounting.post(one.entry, idempotency_key=one.key)
        return checked(reference, length_max=REFERENCE_LENGTH_MAX)
