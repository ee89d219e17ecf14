"""Going through what is due some at a time, on from where one was: what has to be passed over is read once a pass, not
once for each lease, and no more of it at once than a bound. What is left over is gone on with the next time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeAlias, TypeVar

Item = TypeVar("Item")
Place = TypeVar("Place")

Page: TypeAlias = tuple[Sequence[Item], Place | None]
"""What was found, and where to go on; None where there is no more."""

READ_MAX = 500
"""So many of what is due are looked at by one statement, whether or not their turn has come."""


A_LOOK, A_RUN = 2, 20
"""So many such statements on end find nothing, and then it is enough for this time."""

Due: TypeAlias = tuple[datetime, int]
"""The place of what is due by time: since when, and its number."""

BEGIN: Due = (datetime.min.replace(tzinfo=UTC), 0)


def behind(place: Due | None) -> dict[str, Any]:
    """The parameters of a statement that goes on there."""
    at, number = place or BEGIN
    return {"after_at": at, "after_number": number}


def place_of(at: datetime | None, number: int) -> Due | None:
    """None where there is no more."""
    return (at, number) if at else None


@dataclass(slots=True, kw_only=True)
class Pages(Generic[Item, Place]):
    """`place`: how far it came; None: at the beginning. What was found may have been in the way of what was passed over
    before: so it begins anew, until it went through all of it and found nothing."""

    at_once: int
    place: Place | None = None
    found: bool = False
    is_left_over: bool = False

    def begin(self) -> None:
        """At the beginning, or where the last run had enough; then what it had come to is gone through as well."""
        self.place = self.place if self.is_left_over else None
        self.found = True

    def next(self, look: Callable[[Place | None], Page[Item, Place]]) -> Sequence[Item]:
        for _ in range(self.at_once):
            self.found = self.found and self.place is not None
            items, self.place = look(self.place)
            self.found = self.found or bool(items)
            if items or not (self.place or self.found):
                self.is_left_over = False
                return items
        self.is_left_over = True
        return []
