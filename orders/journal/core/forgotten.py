"""What is left of texts once a person is forgotten."""

import re
from collections.abc import Collection, Mapping
from typing import Any

HIDDEN = "***"
LENGTH_MIN = 3
"""What is shorter is forgotten where it is all that stands there, and not within longer texts."""

# What people write; all else in a command is the machine's, and a customer may be called like a method of payment.
FREE = frozenset({"reason", "reference", "detail"})


class Forgotten:
    """`words`: the person's name, and what else was known of that person."""

    def __init__(self, words: Collection[str]) -> None:
        longest_first = sorted(words, key=len, reverse=True)
        within = [re.escape(word) for word in longest_first if len(word) >= LENGTH_MIN]
        whole = [re.escape(word) for word in longest_first]
        self._whole = re.compile("|".join(whole), re.IGNORECASE)
        self._within = re.compile(rf"(?<!\w)(?:{'|'.join(within)})(?!\w)", re.IGNORECASE) if within else None

    def cashier(self, name: str) -> str | None:
        return None if self._whole.fullmatch(name) else name

    def text(self, text: str) -> str:
        if self._whole.fullmatch(text):
            return HIDDEN
        return self._within.sub(HIDDEN, text) if self._within else text

    def json(self, told: Any, name: str = "") -> Any:
        """Its free texts; the cashier becomes null."""
        match told:
            case dict():
                return {name: self.json(value, name) for name, value in told.items()}
            case list():
                return [self.json(one, name) for one in told]
            case str() if name == "cashier":
                return self.cashier(told)
            case str() if name in FREE:
                return self.text(told)
        return told


def is_whom(who: str, customer: Mapping[str, str | None]) -> bool:
    """Whether a customer is called so, or has that e-mail address or tax number."""
    told = (customer[name] for name in ("name", "email", "tax_id"))
    return who.casefold() in {text.casefold() for text in told if text}
