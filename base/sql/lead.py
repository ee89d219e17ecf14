"""Who leads of several that could: one row says it, by the database's clock, until the leader's lease is over.

A row and no lock of a session: behind a pool that lends its connections by the transaction a session is nobody's.
"""

import time
from datetime import timedelta

from base.sql.sets import cursor

# A row that another one just takes is waited for, and then looked at anew.
_TAKE = """
    INSERT INTO ringup_lead (name, holder, until)
    VALUES (%(name)s, %(holder)s, clock_timestamp() + %(lease)s)
    ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
    WHERE ringup_lead.holder = EXCLUDED.holder OR ringup_lead.until < clock_timestamp()
    RETURNING 1
"""

_GIVE_UP = "DELETE FROM ringup_lead WHERE name = %(name)s AND holder = %(holder)s"


class Lead:
    """`name`: of what is led; `holder`: who asks, unlike everybody else. For one thread. Errors: the database's."""

    def __init__(self, name: str, *, holder: str, lease: timedelta) -> None:
        self._asked = {"name": name, "holder": holder, "lease": lease}
        self._lease_s = lease.total_seconds()
        self._mine_until = float("-inf")

    @property
    def is_mine(self) -> bool:
        """Counted from before the database was asked, hence over before anybody else can have it."""
        return time.monotonic() < self._mine_until

    def take(self) -> bool:
        """Take it where it is free, or keep it for another lease."""
        asked_at = time.monotonic()
        is_mine = cursor().execute(_TAKE, self._asked).fetchone() is not None
        self._mine_until = asked_at + self._lease_s if is_mine else float("-inf")
        return is_mine

    def give_up(self) -> None:
        """So that another one need not wait until it is over."""
        self._mine_until = float("-inf")
        cursor().execute(_GIVE_UP, self._asked)
