"""Which database goes on from which: said again while it is so, for whoever takes over; and whether that has all."""

from itertools import count

from base.sql.answered import Answered, here
from orders.feed.db import horizon
from orders.invoicing.db import restored

RENEWED_EVERY = 10
"""Looks. So much at most is told a second time to who follows the feed, when a standby takes over."""

_looks = count()
_answered = Answered()


def look_at_lineage() -> None:
    """A standby that nobody waits for any more, or that is waited for from now on, is noted at once. What a server
    lacks that took over makes it a restored one."""
    is_renewed = next(_looks) % RENEWED_EVERY == 0
    if _answered.is_lacked():
        for row in (restored, horizon):
            row.disown()
    place = here()
    for row in (restored, horizon):
        if is_renewed:
            row.renew()
        else:
            row.carry_on()
    if not place.awaits_standby:
        _answered.note(here())
    elif is_renewed:
        _answered.note(place)  # what was renewed came later, and was answered for
