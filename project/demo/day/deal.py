"""Dealing the day to the tills: who does what, in which order, under which key."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from project.demo.day.day import Day, Slip, Step

TWICE_EVERY = 10  # this often a till sends its command a second time, as after a lost answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One command of one slip."""

    slip: Slip
    step: Step
    number: int  # counted over the whole day, from 1
    key: str

    @property
    def is_sent_twice(self) -> bool:
        return self.number % TWICE_EVERY == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one till does all day."""

    errands: tuple[Errand, ...]
    lines_left_out: int


def deal(day: Day, *, tills: int) -> list[Round]:
    """Slips go round robin in file order; each till then works by the clock.

    A return waits for its sale, which is always earlier by (clock, place in the file). All tills work in that same
    order, so none can wait for a till that waits for it.
    """
    errands = list(number(day))
    hands = [day.slips[till::tills] for till in range(tills)]
    return [deal_hand(hand, errands) for hand in hands]


def number(day: Day) -> Iterator[Errand]:
    count = 0
    for slip in day.slips:
        for place, step in enumerate(slip.steps, start=1):
            count += 1
            yield Errand(slip=slip, step=step, number=count, key=f"{slip.invoice}/{place}")


def deal_hand(hand: Sequence[Slip], errands: list[Errand]) -> Round:
    mine = {slip.invoice for slip in hand}
    own = [errand for errand in errands if errand.slip.invoice in mine]
    return Round(
        errands=tuple(sorted(own, key=lambda errand: errand.slip.at)),  # stable: file order in a tie
        lines_left_out=sum(slip.lines_left_out for slip in hand),
    )


def order_id(invoice: str) -> uuid.UUID:
    """The id that a till gives a sale; every till can tell it from the number on the receipt."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"ringup demo {invoice}")
