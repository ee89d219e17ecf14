"""Reports of levels that somebody has to see to, low stock and shortfalls, as the outside sees them, and their
acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from base.sql.scope import Scope, named, of
from base.sql.sets import COUNTED_MAX, cursor, dicts, first

# Each in the order of its index, so that it ends where the limit is.
_OPEN = f"""
    SELECT (
        SELECT count(*) FROM (
            SELECT FROM inventory_lowstock WHERE recovered_at IS NULL{{of}} ORDER BY store_id, id LIMIT {COUNTED_MAX}
        ) AS low
    ), (
        SELECT count(*) FROM (
            SELECT FROM inventory_shortfall WHERE counted_at IS NULL{{of}} ORDER BY store_id, id LIMIT {COUNTED_MAX}
        ) AS short
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """`columns`: what it says besides, in the order that it is told; `ended`: the column of when it was over."""

    table: str
    columns: str
    ended: str

    def page(
        self, store_id: int, *, limit: int, before: int | None, acknowledged: bool | None, ended: bool
    ) -> list[dict[str, Any]]:
        """The newest first, from the one after `before`."""
        page = {"store_id": store_id, "limit": limit, "before": before}
        return dicts(self._page(acknowledged=acknowledged, ended=ended), page)

    def acknowledge(self, store_id: int, report_id: int, *, by: str) -> Mapping[str, Any] | None:
        """The report, acknowledged; None where the store has no such report. Who was first stays."""
        asked = {"store_id": store_id, "id": report_id, "by": by}
        cursor().execute(self._acknowledge(), asked)
        return first(f"{self._all()} AND report.id = %(id)s", asked)

    def _all(self) -> str:
        return f"""
            SELECT report.id, product.sku, product.name, location.code AS location, {self.columns}, report.reported_at,
                report.acknowledged_at, nullif(report.acknowledged_by, '') AS acknowledged_by, report.{self.ended}
            FROM {self.table} AS report
            JOIN inventory_stocklevel AS level ON level.id = report.level_id
            JOIN inventory_product AS product ON product.id = level.product_id
            JOIN inventory_location AS location ON location.id = level.location_id
            WHERE report.store_id = %(store_id)s
        """

    def _page(self, *, acknowledged: bool | None, ended: bool) -> str:
        """Of each filter its own text, so that the plan, which is made once for all values, has its index."""
        seen = "" if acknowledged is None else f"AND report.acknowledged_at IS {'NOT ' if acknowledged else ''}NULL"
        return f"""{self._all()}
            AND report.{self.ended} IS {"NOT " if ended else ""}NULL {seen}
            AND report.id < coalesce(%(before)s::bigint, 9223372036854775807)
            ORDER BY report.id DESC LIMIT %(limit)s
        """

    def _acknowledge(self) -> str:
        return f"""
            UPDATE {self.table} SET acknowledged_at = now(), acknowledged_by = %(by)s
            WHERE id = %(id)s AND store_id = %(store_id)s AND acknowledged_at IS NULL
        """


LOW_STOCK = Reports(table="inventory_lowstock", columns="report.available, report.reorder_point", ended="recovered_at")

# Each has to be counted, and the next count ends it.
SHORTFALLS = Reports(
    table="inventory_shortfall", columns="report.quantity, report.order_id, report.command_id", ended="counted_at"
)


def open_reports(seen: Scope) -> tuple[int, int]:
    """How many levels are low, and how many shortfalls nobody has counted, each at most COUNTED_MAX."""
    row = cursor().execute(_OPEN.format(of=of(seen)), named(seen)).fetchone()
    assert row
    return row[0], row[1]
