"""Series of invoice numbers, and what is missing in them."""

import re

_LAST_DIGITS = re.compile(r"(\d{1,18})\D*$", re.ASCII)


def place_in_series(number: str) -> tuple[str, int] | None:
    """The series (all of the number but its last digits) and the place in it; None for a number without digits."""
    found = _LAST_DIGITS.search(number)
    if found is None:
        return None
    return number[: found.start(1)] + "#" + number[found.end(1) :], int(found[1])


class Gaps:
    """Reads numbers in the order in which they came, and tells where a series skips."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def missing_before(self, number: str) -> int:
        """How many numbers lie between this one and the highest of its series so far."""
        place = place_in_series(number)
        if place is None:
            return 0
        series, at = place
        last = self._last.get(series)
        self._last[series] = at if last is None else max(at, last)
        return 0 if last is None else max(at - last - 1, 0)
