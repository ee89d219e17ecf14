"""Where in the feed somebody stands."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

KEPT = timedelta(days=30)


class Place(NamedTuple):
    """Of one change: the transaction that made it, the table that tells of it, and the row there."""

    changed_in: int
    source: int
    row: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """All up to the place was told. `epoch`: whose numbers the transactions have; `given_at`: when that was told;
    `timeline`: of the server that told it, and `renewed_in`: the number of a transaction that whoever took over has."""

    epoch: UUID
    given_at: datetime
    timeline: int
    renewed_in: int
    place: Place

    def led_back(self, timeline: int) -> Self:
        """Where it is good on this timeline. On another one, numbers above `renewed_in` are given out again."""
        if timeline == self.timeline:
            return self
        return replace(self, place=min(self.place, Place(self.renewed_in, 0, 0)))

    def is_of(self, epoch: UUID, *, horizon: int, now: datetime) -> bool:
        """Whether the feed can go on from here: not after too long, not in a database that was restored, or that is
        not yet there."""
        return self.epoch == epoch and self.place.changed_in <= horizon and now - self.given_at <= KEPT
