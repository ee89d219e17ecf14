"""Locales by their codes, as Unicode's data has them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from babel import Locale, UnknownLocaleError

FALLBACK = "en"


class Spelled(Locale):
    """Its symbols spelled for patterns, where an apostrophe quotes and two are one: 1'234'567 keeps its own."""

    @cached_property
    def number_symbols(self) -> Mapping[str, Any]:  # type: ignore[override]
        return {
            system: {name: str(symbol).replace("'", "''") for name, symbol in symbols.items()}
            for system, symbols in super().number_symbols.items()
        }


def is_locale(code: str) -> bool:
    """Whether there is data for all of the code: what it leaves out may be added, nothing of it passed over."""
    try:
        found = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return set(code.casefold().split("-")) <= set(str(found).casefold().split("_"))


def locale_named(code: str) -> Locale:
    """That of the code, or of as much of its beginning as there is data for."""
    parts = code.split("-")
    for end in range(len(parts), 0, -1):
        try:
            return Spelled.parse("_".join(parts[:end]))
        except (UnknownLocaleError, ValueError):
            continue
    return Spelled.parse(FALLBACK)
