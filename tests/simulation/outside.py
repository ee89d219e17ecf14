"""The other systems: they keep their promises on paper, and answer late, wrongly, not at all, or after the effect."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from orders.accounting.port import Entry
from orders.payments.port import Charge, Step
from tests.simulation.actors import At, Pause, here
from tests.simulation.clock import Clock
from tests.support.payments.paper_bank import PaperBank

Answer = TypeVar("Answer")
DECLINED = "tok-declined"
BANK_PATH = "tests.simulation.outside.opened"


@dataclass(slots=True)
class Line:
    """To another system. `name`: which; `kinds`: how it fails, as name_silent, name_lost, name_slow, name_wrong;
    `broken`: promises to it that were broken."""

    name: str
    fault: type[Exception]
    clock: Clock
    chance: random.Random
    kinds: frozenset[str]
    rate: float
    broken: list[str]

    def call(self, effect: Callable[[], Answer]) -> Answer:
        """A step before it and one after it: its effect may be had and its answer lost."""
        self._pause()
        if self.has("silent"):
            raise self.fault("no answer (simulated)")
        if self.has("broken"):
            raise RuntimeError("an adapter's own fault (simulated)")
        try:
            answer = effect()
        except AssertionError as error:
            self.broken.append(f"{self.name}: {error}")
            raise
        self._pause(self.chance.choice([1.0, 40.0, 90.0]) if self.has("slow") else 0.0)
        if self.has("lost"):
            raise self.fault("the answer was lost (simulated)")
        return answer

    def has(self, how: str) -> bool:
        return f"{self.name}_{how}" in self.kinds and self.chance.random() < self.rate

    def _pause(self, seconds: float = 0.0) -> None:
        if actor := here():
            actor.wait(Pause(At.CALL, until=self.clock.now_s + seconds))


class Bank:
    """A payment provider."""

    def __init__(self, line: Line) -> None:
        self.line, self.paper = line, PaperBank(declines={DECLINED: "declined"})

    def authorize(self, charge: Charge) -> str:
        return self._answer(lambda: self.paper.authorize(charge))

    def capture(self, step: Step) -> str:
        return self._answer(lambda: self.paper.capture(step))

    def void(self, step: Step) -> str:
        return self._answer(lambda: self.paper.void(step))

    def refund(self, step: Step) -> str:
        return self._answer(lambda: self.paper.refund(step))

    def _answer(self, effect: Callable[[], str]) -> str:
        answer = self.line.call(effect)
        return "" if self.line.has("wrong") else answer


class Books:
    """Accounting. `made`: numbers by the key that they were asked under; `store_of`: whom each was made for; `booked`:
    entries by key, in their order."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.made: dict[str, list[str]] = {}
        self.store_of: dict[str, str] = {}
        self.booked: dict[str, Entry] = {}
        self.voided: set[str] = set()

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[Any]:
        return self.line.call(lambda: self._draft_ids(store_code, count, idempotency_key))

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        return self.line.call(lambda: self._post(entry, idempotency_key))

    def void(self, *, store_code: str, number: str, reason: str) -> None:
        self.line.call(lambda: self._void(number))

    def _draft_ids(self, store_code: str, count: int, key: str) -> Sequence[Any]:
        if key not in self.made:
            made = sum(map(len, self.made.values()))
            extra = 1 if self.line.has("wrong") else 0
            self.made[key] = [f"DRAFT-{made + n:05}" for n in range(1, count + extra + 1)]
            self.store_of |= dict.fromkeys(self.made[key], store_code)
        return self.made[key]

    def _post(self, entry: Entry, key: str) -> str:
        if (before := self.booked.get(key)) is not None:
            assert before == entry, f"entry {key} was {before}, and is {entry} when it comes again"
            return f"BOOKED-{key}"
        assert sum(posting.amount_minor for posting in entry.postings) == 0, f"entry {key} is not balanced"
        number = entry.credit_note_number or entry.invoice_number
        assert number not in self.voided, f"entry {key} is booked under the void {number}"
        assert self.store_of.get(number, entry.store_code) == entry.store_code, f"{number} is another store's"
        if entry.kind == "sale":
            others = [one for one in self.booked.values() if one.kind == "sale"]
            assert all(one.invoice_number != number for one in others), f"{number} is booked twice"
        if entry.credit_note_number:
            sold = [one for one in self.booked.values() if one.invoice_number == entry.invoice_number]
            assert sold, f"{number} is booked before its sale {entry.invoice_number}"
        self.booked[key] = entry
        return f"BOOKED-{key}"

    def _void(self, number: str) -> None:
        posted = {one.credit_note_number or one.invoice_number for one in self.booked.values()}
        assert number not in posted, f"{number} is made void and was booked"
        self.voided.add(number)


_open: list[Bank] = []


def opened() -> Bank:
    return _open[-1]


def open_bank(bank: Bank) -> None:
    _open[:] = [bank]
