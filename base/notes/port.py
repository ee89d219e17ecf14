"""What is remembered for a while by all processes together, and may be lost: who gave a sign of life, which rows were
waited for, who calls too often.

It is kept where that costs least: `base.notes.redis` on a broker that keeps such things, `base.notes.database` in the
database, where the broker is one that only takes messages.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from limits import RateLimitItem

KEPT_WITHIN_S = 0.3
"""No answer takes longer, of who is there at all."""


class NotesFault(Exception):
    """What keeps the notes did not answer."""


class Notes(Protocol):
    """Threads may share it. Every method raises NotesFault."""

    def now(self) -> float:
        """Seconds since 1970, by the clock of who keeps them: those of machines differ."""
        ...

    def put(self, book: str, name: str, value: str) -> None: ...

    def read(self, book: str) -> dict[str, str]:
        """By name."""
        ...

    def drop(self, book: str, names: Collection[str]) -> None: ...

    def add(self, page: str, amounts: Mapping[str, float], *, rows_max: int, kept_s: int) -> None:
        """Of a page the `rows_max` largest are kept, for so long after the last one came."""
        ...

    def sums(self, pages: Sequence[str]) -> dict[str, float]: ...

    def take(self, limit: RateLimitItem, name: str, *, cost: int) -> bool:
        """Whether there was room for it; then it is counted. Where a window begins, some more find room."""
        ...

    def take_exactly(self, limit: RateLimitItem, name: str) -> bool:
        """As `take`, and never more than the limit: it is kept when each came, so that this is for few."""
        ...

    def has_room(self, limit: RateLimitItem, name: str) -> bool:
        """Whether `take_exactly` would say so, without counting."""
        ...
