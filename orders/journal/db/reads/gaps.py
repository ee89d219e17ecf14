"""What a terminal counted that never arrived, or arrived more than once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from base.sql.sets import cursor
from orders.journal.core.counted import Counted, counted

LOOK_MAX = 10_000
"""How many commands are looked at in one go, however many the terminal has sent."""
IDS_MAX = 100
CLOSING_MAX = 1_000
"""Of a closing: who has lost more than that looks for another reason."""

# Within the index: a terminal's numbers in order.
SEQUENCES = """
    SELECT sequence FROM orders_command
    WHERE terminal_id = %(terminal_id)s AND sequence >= %(since)s ORDER BY sequence LIMIT %(limit)s
"""

# The ids tell in which order they came.
COMMANDS = """
    SELECT given.sequence, (
        SELECT array_agg(id ORDER BY id) FROM (
            SELECT id FROM orders_command
            WHERE terminal_id = %(terminal_id)s AND sequence = given.sequence LIMIT %(limit)s
        ) AS command
    )
    FROM unnest(%(sequences)b::bigint[]) AS given (sequence)
"""

LAST = "SELECT max(sequence) FROM orders_command WHERE terminal_id = %(terminal_id)s AND sequence IS NOT NULL"

LAST_UNTIL = """
    SELECT sequence FROM orders_command
    WHERE terminal_id = %(terminal_id)s AND sequence IS NOT NULL AND seq <= %(seq)s ORDER BY sequence DESC LIMIT 1
"""


def gaps(terminal_id: int, *, since: int, limit: int) -> Counted:
    """Up to the highest that arrived; `limit` and what is looked at may end it sooner, and it says where."""
    asked = {"terminal_id": terminal_id, "since": since, "limit": LOOK_MAX + 1}
    sequences = [sequence for (sequence,) in cursor().execute(SEQUENCES, asked)]
    return counted(sequences, since=since, limit=limit, is_all=len(sequences) <= LOOK_MAX)


def commands_numbered(terminal_id: int, sequences: Sequence[int]) -> list[tuple[int, list[UUID]]]:
    """(number, the ids of at most 100 commands that bear it) for each."""
    if not sequences:
        return []
    asked: dict[str, Any] = {"terminal_id": terminal_id, "sequences": list(sequences), "limit": IDS_MAX}
    return sorted(cursor().execute(COMMANDS, asked).fetchall())


def last_sequence(terminal_id: int) -> int | None:
    """The highest number that arrived."""
    row = cursor().execute(LAST, {"terminal_id": terminal_id}).fetchone()
    return row[0] if row else None


def counted_until(terminal_id: int, *, since: int, seq: int) -> tuple[Counted, int | None]:
    """What of a terminal's numbers from `since` on never arrived, or arrived more than once, up to that place in the
    journal; and the highest number that had arrived by then. At most CLOSING_MAX of each kind."""
    row = cursor().execute(LAST_UNTIL, {"terminal_id": terminal_id, "seq": seq}).fetchone()
    last = row[0] if row else None
    if last is None or last < since:
        return Counted([], [], None), last
    found = Counted([], [], since)
    while found.then is not None and found.then <= last:
        asked = {"terminal_id": terminal_id, "since": found.then, "limit": LOOK_MAX + 1}
        read = [sequence for (sequence,) in cursor().execute(SEQUENCES, asked)]
        upto = [sequence for sequence in read if sequence <= last]
        is_all = len(read) <= LOOK_MAX or len(upto) < len(read)
        part = counted(upto, since=found.then, limit=CLOSING_MAX, is_all=is_all)
        gaps_, repeated = [*found.gaps, *part.gaps][:CLOSING_MAX], [*found.repeated, *part.repeated][:CLOSING_MAX]
        found = Counted(gaps_, repeated, None if is_all else part.then)
    return found, last
