"""Going through what is due some at a time, on from where one was: what has to be passed over is read once a run, not
once for each lease."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

Item = TypeVar("Item")
Place = TypeVar("Place")

Page: TypeAlias = tuple[Sequence[Item], Place | None]
"""What was found, and where to go on; None where there is no more."""

READ_MAX = 500
"""So many of what is due are looked at by one statement, whether or not their turn has come."""


@dataclass(slots=True)
class Pages(Generic[Item, Place]):
    """`place`: how far it came; None: at the beginning. What was found may have been in the way of what was passed over
    before: so it begins anew, until it went through all of it and found nothing."""

    place: Place | None = None
    found: bool = False

    def next(self, look: Callable[[Place | None], Page[Item, Place]]) -> Sequence[Item]:
        while True:
            self.found = self.found and self.place is not None
            items, self.place = look(self.place)
            self.found = self.found or bool(items)
            if items or not (self.place or self.found):
                return items
