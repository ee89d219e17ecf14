"""What a terminal counted that never arrived."""

from typing import Any

from inventory.db.reads import dicts
from inventory.db.sets import cursor

_GAPS = """
    SELECT before + 1 AS first, sequence - 1 AS last
    FROM (
        SELECT sequence, lag(sequence, 1, %(since)s - 1) OVER (ORDER BY sequence) AS before FROM orders_command
        WHERE terminal_id = %(terminal_id)s AND sequence >= %(since)s
    ) AS counted
    WHERE sequence > before + 1 ORDER BY sequence LIMIT %(limit)s
"""

_LAST = "SELECT max(sequence) FROM orders_command WHERE terminal_id = %s AND sequence IS NOT NULL"


def gaps(terminal_id: int, *, since: int, limit: int) -> list[dict[str, Any]]:
    """Runs of missing numbers from `since` on, up to the highest that arrived; the first first."""
    return dicts(_GAPS, {"terminal_id": terminal_id, "since": since, "limit": limit})


def last_sequence(terminal_id: int) -> int | None:
    """The highest number that arrived."""
    row = cursor().execute(_LAST, (terminal_id,)).fetchone()
    return row[0] if row else None
