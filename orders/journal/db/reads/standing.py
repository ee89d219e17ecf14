"""How terminals stand: what each sold, what of its numbers never arrived, and what of its commands is not settled."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from base.sql.sets import COUNTED_MAX, cursor

NUMBERS_MAX = 1_000
"""So many of a terminal's numbers are looked at, the newest ones: its own page of the API tells of all."""
SALES_MAX = 1_000
RUNS_MAX = 5
_UNPAID_MAX = 20
"""So many orders that nobody paid may be newer than the last sale."""

# Each part ends where its limit is, and has an index. What waits for a worker has none by terminal; that is counted for
# all terminals at once.
_STANDING = f"""
    WITH pending AS MATERIALIZED (
        SELECT terminal_id, count(*) AS commands FROM (
            SELECT terminal_id FROM orders_command
            WHERE state = 'pending' AND blocked_by_id IS NULL ORDER BY seq LIMIT {COUNTED_MAX}
        ) AS waiting GROUP BY 1
    )
    SELECT terminal.id, (
        SELECT max(paid_at) FROM (
            SELECT paid_at FROM orders_order
            WHERE terminal_id = terminal.id ORDER BY created_at DESC, id DESC LIMIT {_UNPAID_MAX}
        ) AS newest
    ), (
        SELECT count(*) FILTER (WHERE business_day = day.today) FROM (
            SELECT business_day FROM orders_order
            WHERE terminal_id = terminal.id AND created_at >= now() - interval '2 days'
            ORDER BY created_at DESC, id DESC LIMIT {SALES_MAX}
        ) AS newest
    ), (
        SELECT array_agg(before + 1 || ':' || sequence - 1 ORDER BY sequence) FROM (
            SELECT sequence, coalesce(
                lag(sequence) OVER (ORDER BY sequence), CASE WHEN count(*) OVER () < %(numbers_max)s THEN 0 END
            ) AS before
            FROM (
                SELECT sequence FROM orders_command
                WHERE terminal_id = terminal.id AND sequence IS NOT NULL ORDER BY sequence DESC LIMIT %(numbers_max)s
            ) AS newest
        ) AS numbered
        WHERE sequence > before + 1
    ), coalesce(pending.commands, 0) + unsettled.waiting, unsettled.parked
    FROM orders_terminal AS terminal
    JOIN inventory_store AS store ON store.id = terminal.store_id
    CROSS JOIN LATERAL (SELECT ((now() AT TIME ZONE time_zone) - day_starts_at)::date AS today) AS day
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state = 'parked') AS parked, count(*) FILTER (WHERE state <> 'parked') AS waiting
        FROM (
            SELECT state FROM orders_command
            WHERE terminal_id = terminal.id
                AND (state IN ('parked', 'awaiting') OR state = 'pending' AND blocked_by_id IS NOT NULL)
            ORDER BY seq LIMIT {COUNTED_MAX}
        ) AS command
    ) AS unsettled
    LEFT JOIN pending ON pending.terminal_id = terminal.id
    WHERE terminal.id = ANY(%(ids)b)
"""


class Standing(NamedTuple):
    """`missing`: runs of numbers that never arrived, (first, last). `sales_today`: by the store's business day."""

    last_sale_at: datetime | None
    sales_today: int
    missing: Sequence[tuple[int, int]]
    pending: int
    parked: int


def standing(terminal_ids: Collection[int], *, numbers_max: int = NUMBERS_MAX) -> Mapping[int, Standing]:
    """One statement, of however many terminals."""
    rows = cursor().execute(_STANDING, {"ids": list(terminal_ids), "numbers_max": numbers_max})
    return {id_: Standing(last, sales, _runs(missing), *counts) for id_, last, sales, missing, *counts in rows}


def _runs(told: Sequence[str] | None) -> list[tuple[int, int]]:
    return [(int(first), int(last)) for first, _, last in (run.partition(":") for run in told or ())]
