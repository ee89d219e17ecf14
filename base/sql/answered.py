"""What this process knows that was answered for, which a server that takes over must have.

A standby that was cut off and is promoted by hand looks as one that was waited for: its row says that commits waited
for it, since it never heard otherwise. But who has worked with the leader knows how far that one was.
"""

import logging
from dataclasses import dataclass

from base.sql.lineage import HERE, LACKS
from base.sql.sets import cursor

log = logging.getLogger(__name__)

_HERE = f"SELECT {HERE}"
_LACKS = f"SELECT coalesce({LACKS}, false)"


@dataclass(frozen=True, slots=True)
class Place:
    """`position`: in the log of that timeline. `awaits_standby`: whether commits wait for one."""

    timeline: str
    position: str
    awaits_standby: bool


def here() -> Place:
    row = cursor().execute(_HERE.encode()).fetchone()
    assert row
    return Place(*row)


class Answered:
    """A memory of one process, which a new one has not."""

    def __init__(self) -> None:
        self._up_to: Place | None = None

    def note(self, place: Place) -> None:
        """A later commit was answered for, or commits wait for nobody."""
        self._up_to = place

    def is_lacked(self) -> bool:
        """Whether the server that leads now lacks some of it; told once."""
        if self._up_to is None:
            return False
        asked = {"timeline": self._up_to.timeline, "position": self._up_to.position}
        row = cursor().execute(_LACKS.encode(), asked).fetchone()
        if not (row and row[0]):
            return False
        log.critical("a standby took over that lacks what was answered for, up to %s", self._up_to.position)
        self._up_to = None
        return True
