"""The conservation laws of stock, in SQL: each query returns the rows that break its law."""

from collections.abc import Iterator, Mapping

from inventory.core.drift import Drift
from inventory.db.sets import cursor

# One snapshot for all laws, so that running sales do not matter. The audit reads whole tables: it is the one place
# where the planner may (see project.database), and it may take its time.
_BEGIN = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL enable_seqscan = on",
    "SET LOCAL enable_hashjoin = on",
    "SET LOCAL enable_mergejoin = on",
    "SET LOCAL statement_timeout = '5min'",
)

_LAWS = {
    "on hand is the sum of the movements": """
        SELECT level.id, format('on hand %s, movements %s', level.on_hand, coalesce(moved.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(quantity_change) FROM inventory_stockmovement GROUP BY level_id) AS moved
            ON moved.level_id = level.id
        WHERE level.on_hand <> coalesce(moved.sum, 0)
    """,
    "reserved is the sum of the movements": """
        SELECT level.id, format('reserved %s, movements %s', level.reserved, coalesce(moved.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(reserved_change) FROM inventory_stockmovement GROUP BY level_id) AS moved
            ON moved.level_id = level.id
        WHERE level.reserved <> coalesce(moved.sum, 0)
    """,
    "reserved is the sum of the live holds": """
        SELECT level.id, format('reserved %s, holds %s', level.reserved, coalesce(held.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(quantity) FROM inventory_hold GROUP BY level_id) AS held
            ON held.level_id = level.id
        WHERE level.reserved <> coalesce(held.sum, 0)
    """,
    "reserved is within on hand": """
        SELECT id, format('on hand %s, reserved %s', on_hand, reserved), NULL FROM inventory_stocklevel
        WHERE reserved < 0 OR on_hand < reserved
    """,
    "each movement goes on from the one before": """
        SELECT level_id, format('movement %s: %s + %s is not %s', id, before, quantity_change, quantity_after),
            command_id
        FROM (
            SELECT *, lag(quantity_after, 1, 0::bigint) OVER (PARTITION BY level_id ORDER BY id) AS before,
                lag(reserved_after, 1, 0::bigint) OVER (PARTITION BY level_id ORDER BY id) AS reserved_before
            FROM inventory_stockmovement
        ) AS movement
        WHERE before + quantity_change <> quantity_after OR reserved_before + reserved_change <> reserved_after
        ORDER BY id
    """,
}


def begin_reading() -> None:
    """For the transaction that has just begun."""
    for statement in _BEGIN:
        cursor().execute(statement)


def drifts_of(laws: Mapping[str, str]) -> Iterator[Drift]:
    """`laws`: name -> query of (subject, detail, command id) rows that break it."""
    for law, query in laws.items():
        for subject, detail, command_id in cursor().execute(query):
            yield Drift(law, str(subject), detail, str(command_id) if command_id else None)


def stock_drifts() -> Iterator[Drift]:
    return drifts_of(_LAWS)
