"""Levels at or below their reorder point: reported once, and again only after they had recovered.

Levels with a reorder point are gone through by their ids, some at a time, and so are the levels of open reports:
however many there are, no statement is long, and each is a transaction of its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from base.sql.sets import cursor

BATCH = 500
LAST = 2**63 - 1

_LOW = """
    inventory_stocklevel AS level
    WHERE reorder_point IS NOT NULL AND level.id > %(after)s AND level.id <= %(upto)s
        AND on_hand - reserved <= reorder_point
        AND NOT EXISTS (SELECT FROM inventory_lowstock WHERE level_id = level.id AND recovered_at IS NULL)
"""

_OVER = """
    inventory_stocklevel AS level
    WHERE level.id = report.level_id AND report.recovered_at IS NULL
        AND report.level_id > %(after)s AND report.level_id <= %(upto)s
        AND (level.reorder_point IS NULL OR level.on_hand - level.reserved > level.reorder_point)
"""

# Where a batch ends, within the index.
_LEVELS = """
    SELECT id FROM inventory_stocklevel
    WHERE reorder_point IS NOT NULL AND id > %(after)s ORDER BY id OFFSET %(others)s LIMIT 1
"""

_REPORTED = """
    SELECT level_id FROM inventory_lowstock
    WHERE recovered_at IS NULL AND level_id > %(after)s ORDER BY level_id OFFSET %(others)s LIMIT 1
"""

_REPORT = f"""
    INSERT INTO inventory_lowstock (store_id, level_id, available, reorder_point, reported_at, acknowledged_by)
    SELECT store_id, id, on_hand - reserved, reorder_point, %(now)s, '' FROM {_LOW}
    ON CONFLICT (level_id) WHERE recovered_at IS NULL DO NOTHING
    RETURNING level_id, available, reorder_point
"""

_RECOVERED = f"UPDATE inventory_lowstock AS report SET recovered_at = %(now)s FROM {_OVER}"

_IS_SOME_LOW = f"SELECT EXISTS (SELECT FROM {_LOW})"
_IS_SOME_OVER = f"SELECT EXISTS (SELECT FROM inventory_lowstock AS report, {_OVER})"

_NAMED = """
    SELECT level.id, product.sku, location.code FROM inventory_stocklevel AS level
    JOIN inventory_product AS product ON product.id = level.product_id
    JOIN inventory_location AS location ON location.id = level.location_id
    WHERE level.id = ANY(%s)
"""


def is_stock_low_or_recovered(now: datetime) -> bool:
    """Whether there is something to report that was not, by the conditions of what reports it."""
    return any(_is_some(_IS_SOME_LOW, batch) for batch in _batches(_LEVELS)) or any(
        _is_some(_IS_SOME_OVER, batch) for batch in _batches(_REPORTED)
    )


def close_recovered(*, now: datetime) -> int:
    return sum(cursor().execute(_RECOVERED, {**batch, "now": now}).rowcount for batch in _batches(_REPORTED))


def report_low(*, now: datetime) -> Iterator[Sequence[tuple[str, str, int, int]]]:
    """(SKU, location, available, reorder point) of each level that is low and was not reported yet, as they are."""
    for batch in _batches(_LEVELS):
        rows = cursor().execute(_REPORT, {**batch, "now": now})
        low = {level_id: (available, point) for level_id, available, point in rows}
        named = cursor().execute(_NAMED, (list(low),)).fetchall() if low else []
        yield [(sku, location, *low[level_id]) for level_id, sku, location in named]


def _batches(ends: str) -> Iterator[dict[str, int]]:
    """The ids behind `after` and up to `upto`, batch after batch."""
    after = 0
    while after < LAST:
        row = cursor().execute(ends, {"after": after, "others": BATCH - 1}).fetchone()
        upto = row[0] if row else LAST
        yield {"after": after, "upto": upto}
        after = upto


def _is_some(sql: str, batch: dict[str, int]) -> bool:
    row = cursor().execute(sql, batch).fetchone()
    return bool(row and row[0])
