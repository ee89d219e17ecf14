"""What tills sent lately, and what became of it: found by commands' ids, which are in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from base.sql.scope import Scope, named, of
from base.sql.sets import COUNTED_MAX, cursor

_LATELY = f"""
    SELECT id, store_id, kind, state, outcome_code, accepted_at, settled_at, attempts, last_error FROM orders_command
    WHERE id >= %(since)s{{of}} ORDER BY id DESC LIMIT {COUNTED_MAX}
"""

CAUSES_MAX = 5

# A minute of one kind, state and code is a row.
_COUNTS = f"""
    SELECT store_id, kind, state, coalesce(outcome_code, ''), date_trunc('minute', accepted_at) AS minute, count(*),
        max(settled_at)
    FROM ({_LATELY}) AS lately GROUP BY store_id, kind, state, outcome_code, minute
"""

# One row is of all minutes.
_DELAYS = f"""
    SELECT date_trunc('minute', accepted_at) AS minute, percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
        ORDER BY extract(epoch FROM settled_at - accepted_at)::double precision
    )
    FROM ({_LATELY}) AS lately WHERE settled_at IS NOT NULL GROUP BY GROUPING SETS ((minute), ())
"""

# The first line of an error is what people read.
_RETRIED = f"""
    SELECT split_part(last_error, E'\\n', 1) AS cause, count(*)
    FROM ({_LATELY}) AS lately WHERE attempts > 0 AND last_error <> ''
    GROUP BY cause ORDER BY count(*) DESC, cause LIMIT {CAUSES_MAX}
"""

_OLDEST = """
    SELECT accepted_at FROM orders_command WHERE state = 'pending' AND blocked_by_id IS NULL{of} ORDER BY seq LIMIT 1
"""


class Count(NamedTuple):
    """How many commands came in a minute. `code`: empty while they are not settled."""

    store_id: int
    kind: str
    state: str
    code: str
    minute: datetime
    commands: int
    last_settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lately:
    """`since`: from when on all commands are counted, where no more than COUNTED_MAX are."""

    since: datetime
    counts: Sequence[Count]


def lately(stores: Scope = None, *, now: datetime, minutes: int) -> Lately:
    """The commands of these stores that came in the last minutes, or the newest COUNTED_MAX of them."""
    since = now - timedelta(minutes=minutes)
    counts = [Count(*row) for row in _ask(_COUNTS, stores, since)]
    if sum(one.commands for one in counts) < COUNTED_MAX:
        return Lately(since, counts)
    return Lately(min(one.minute for one in counts) + timedelta(minutes=1), counts)


def delays(stores: Scope = None, *, since: datetime) -> dict[datetime | None, list[float]]:
    """In how many seconds half of the commands that came since then were settled, 95 and 99 of a hundred: of those of
    each minute, and, for None, of all; nothing where none was. Of the newest COUNTED_MAX."""
    return {minute: found for minute, found in _ask(_DELAYS, stores, since) if found}


def retried(stores: Scope = None, *, since: datetime) -> list[tuple[str, int]]:
    """(what went wrong, how many commands a worker began anew for it) of those that came since then, the commonest
    first. Of the newest COUNTED_MAX."""
    found: list[tuple[str, int]] = _ask(_RETRIED, stores, since).fetchall()
    return found


def oldest_pending(stores: Scope = None) -> datetime | None:
    """Since when the oldest command waits for a worker that waits for no other one."""
    row = cursor().execute(_OLDEST.format(of=of(stores)), named(stores)).fetchone()
    return row[0] if row else None


def _ask(statement: str, stores: Scope, since: datetime) -> Any:
    return cursor().execute(statement.format(of=of(stores)), {"since": first_id(since), **named(stores)})


def first_id(at: datetime) -> UUID:
    """No UUIDv7 that was made from then on is less: it begins with its millisecond (RFC 9562, 5.7)."""
    return UUID(int=int(at.timestamp() * 1_000) << 80)
