"""Where in the feed somebody stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

KEPT = timedelta(days=30)


class Place(NamedTuple):
    """Of one change: the transaction that made it, the table that tells of it, and the row there."""

    changed_in: int
    source: int
    row: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """All up to the place was told. `epoch`: whose numbers the transactions have; `given_at`: when that was told."""

    epoch: UUID
    given_at: datetime
    place: Place

    def is_of(self, epoch: UUID, *, horizon: int, now: datetime) -> bool:
        """Whether the feed can go on from here: not after too long, not in a database that was restored, or that is
        not yet there."""
        return self.epoch == epoch and self.place.changed_in <= horizon and now - self.given_at <= KEPT
