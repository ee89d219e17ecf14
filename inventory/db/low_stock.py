"""Levels at or below their reorder point: reported once, and again only after they had recovered.

Levels with a reorder point are gone through by their ids, some at a time, and so are the levels of open reports:
however many there are, no statement is long, and each is a transaction of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from base.sql.sets import cursor
from inventory.db.leaving import STAYS

BATCH = 500
LOOKED_AT = 10 * BATCH
"""So many levels, and open reports, are looked at in one go; the next look goes on behind them."""
LAST = 2**63 - 1

_LOW = f"""
    inventory_stocklevel AS level
    WHERE reorder_point IS NOT NULL AND level.id > %(after)s AND level.id <= %(upto)s
        AND on_hand - reserved <= reorder_point AND {STAYS.format(store_id="level.store_id")}
        AND NOT EXISTS (SELECT FROM inventory_lowstock WHERE level_id = level.id AND recovered_at IS NULL)
"""

_OVER = f"""
    inventory_stocklevel AS level
    WHERE level.id = report.level_id AND report.recovered_at IS NULL
        AND report.level_id > %(after)s AND report.level_id <= %(upto)s
        AND (level.reorder_point IS NULL OR level.on_hand - level.reserved > level.reorder_point)
        AND {STAYS.format(store_id="level.store_id")}
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


@dataclass(slots=True)
class LowStockLook:
    """Whether there is something to report that was not, by the conditions of what reports it. It begins anew where it
    has gone through all: no look takes longer, however many levels there are. `levels`, `reports`: behind which ids."""

    levels: int = 0
    reports: int = 0

    def __call__(self, now: datetime) -> bool:
        is_low, self.levels = _look(_LEVELS, _IS_SOME_LOW, after=self.levels)
        is_over, self.reports = _look(_REPORTED, _IS_SOME_OVER, after=self.reports)
        return is_low or is_over


def _look(ends: str, is_some: str, *, after: int) -> tuple[bool, int]:
    """Whether there is some, and behind which id the next look goes on."""
    for batch in islice(_batches(ends, after=after), LOOKED_AT // BATCH):
        after = batch["upto"] % LAST
        if _is_some(is_some, batch):
            return True, after
    return False, after


def close_recovered(*, now: datetime) -> int:
    return sum(cursor().execute(_RECOVERED, {**batch, "now": now}).rowcount for batch in _batches(_REPORTED))


def report_low(*, now: datetime) -> Iterator[Sequence[tuple[str, str, int, int]]]:
    """(SKU, location, available, reorder point) of each level that is low and was not reported yet, as they are."""
    for batch in _batches(_LEVELS):
        rows = cursor().execute(_REPORT, {**batch, "now": now})
        low = {level_id: (available, point) for level_id, available, point in rows}
        named = cursor().execute(_NAMED, (list(low),)).fetchall() if low else []
        yield [(sku, location, *low[level_id]) for level_id, sku, location in named]


def _batches(ends: str, *, after: int = 0) -> Iterator[dict[str, int]]:
    """The ids behind `after` and up to `upto`, batch after batch."""
    while after < LAST:
        row = cursor().execute(ends, {"after": after, "others": BATCH - 1}).fetchone()
        upto = row[0] if row else LAST
        yield {"after": after, "upto": upto}
        after = upto


def _is_some(sql: str, batch: dict[str, int]) -> bool:
    row = cursor().execute(sql, batch).fetchone()
    return bool(row and row[0])
