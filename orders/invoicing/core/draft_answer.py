"""What an accounting system answered when it was asked for invoice IDs, and what of it can be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NUMBER_LENGTH_MAX = 64
SHOWN_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAnswer:
    """`numbers`: usable, each once, as many as were asked for at most; `surplus`: those beyond. `unusable`: not an
    invoice number at all; `repeated`: answered before in the same answer."""

    asked: int
    numbers: tuple[str, ...]
    surplus: tuple[str, ...]
    unusable: int
    repeated: int

    def note(self, *, known: int) -> str:
        """What an operator should know, empty if all is well. `known`: how many of the numbers the shop had before."""
        came = len(self.numbers) + len(self.surplus) + self.unusable + self.repeated
        faults = {
            "not asked for, and void": len(self.surplus),
            "twice in the answer": self.repeated,
            "known before": known,
            "not a number": self.unusable,
        }
        told = [f"{count} {fault}" for fault, count in faults.items() if count]
        if not told and came == self.asked:
            return ""
        return ": ".join([f"asked for {self.asked}, answered {came}", *([", ".join(told)] if told else [])])


def read_draft_answer(answered: Sequence[Any], *, asked: int) -> DraftAnswer:
    usable = [one for one in answered if is_number(one)]
    numbers = tuple(dict.fromkeys(usable))
    return DraftAnswer(
        asked=asked,
        numbers=numbers[:asked],
        surplus=numbers[asked:],
        unusable=len(answered) - len(usable),
        repeated=len(usable) - len(numbers),
    )


def as_kept(answered: Sequence[Any]) -> list[Any]:
    """The answer in a form that a database keeps and that reads the same again; of what is no number, how it looks."""
    return [one if is_number(one) else {"unusable": repr(one)[:SHOWN_MAX]} for one in answered]


def is_number(one: Any) -> bool:
    return isinstance(one, str) and 0 < len(one) <= NUMBER_LENGTH_MAX and one.strip() == one and one.isprintable()
