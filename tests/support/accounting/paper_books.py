"""An accounting system on paper: it keeps the port's promises, and fails as a test tells it to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from orders.accounting.port import Entry

Answer = Callable[[], Any]


def fails(error: BaseException) -> Answer:
    def fail() -> Any:
        raise error

    return fail


@dataclass
class PaperBooks:
    """`asked`: the keys of all requests for IDs; `told`: (key, entry) of all entries, repeats included.

    `booked`: key -> entry, each once; `voided`: (store code, number, reason) of all voids, repeats included. What is in
    `next_answers` is answered instead, first one first, before anything takes effect; what is in `answers_for`, to all
    entries of an invoice number, or requests of a store.
    """

    asked: list[tuple[str, int]] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    told: list[tuple[str, Entry]] = field(default_factory=list)
    booked: dict[str, Entry] = field(default_factory=dict)
    next_answers: list[Answer] = field(default_factory=list)
    answers_for: dict[str, Answer] = field(default_factory=dict)
    voided: list[tuple[str, str, str]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[Any]:
        self.asked.append((idempotency_key, count))
        if self.next_answers:
            answer: Sequence[Any] = self.next_answers.pop(0)()
            return answer
        if store_code in self.answers_for:
            self.answers_for[store_code]()
        if idempotency_key not in self.made:
            self.made[idempotency_key] = [f"{store_code}/{next(self._numbers):05}" for _ in range(count)]
        return self.made[idempotency_key]

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        self.told.append((idempotency_key, entry))
        if self.next_answers:
            return str(self.next_answers.pop(0)())
        if entry.invoice_number in self.answers_for:
            answer: str = self.answers_for[entry.invoice_number]()
            return answer
        # What a restored shop sells once more may bear another time.
        booked = self.booked.setdefault(idempotency_key, entry)
        told = replace(entry, occurred_at=booked.occurred_at, day=booked.day)
        assert booked == told, "another entry under the same key"
        return f"JE-{list(self.booked).index(idempotency_key) + 1}"

    def void(self, *, store_code: str, number: str, reason: str) -> None:
        if self.next_answers:
            self.next_answers.pop(0)()
        self.voided.append((store_code, number, reason))

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """(invoice number, kind) of all that was told."""
        return [(entry.invoice_number, entry.kind) for _, entry in self.told]
