"""What was touched since the audit last looked, found by index: it depends on what changed, not on what is there.

Numbers and times are given before a transaction commits, so rows come into sight in another order. Hence a floor, below
which nothing can appear any more (orders.audit.look), and above it whatever was written by a transaction that an
earlier look may not have seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from base.sql.sets import cursor

# Of transaction numbers the rows have the lower half.
_NEW = """(%(since)s::bigint IS NULL
    OR mod(mod(touched.xmin::text::bigint - %(since)s::bigint, 4294967296) + 4294967296, 4294967296) < 2147483648)"""

# Rows that share the last one's place come with it.
_PART = "ORDER BY 1 FETCH FIRST %(limit)s ROWS WITH TIES"

# What took effect on an order is in its history.
_TOLD = "EXISTS (SELECT FROM orders_statuschange AS told WHERE told.order_id = touched.order_id AND told.command_id ="


@dataclass(frozen=True, slots=True)
class Source:
    """`column`: what its rows are in order by, and `last` the place that it comes to now. Of each row that was written
    since: its place there, and the movement, order and command that have to be looked at for it."""

    column: str
    kind: str
    last: str
    rows: str

    @property
    def query(self) -> str:
        return f"{self.rows} touched.{self.column} > %(after)s::{self.kind} AND {_NEW} {_PART}"


def _numbered(table: str) -> str:
    return f"(SELECT coalesce(max(id), 0) FROM {table})"


SOURCES: Mapping[str, Source] = {
    # Of orders, only what their history does not tell.
    "movements": Source(
        "id",
        "bigint",
        _numbered("inventory_stockmovement"),
        f"""
        SELECT id, id, CASE WHEN NOT {_TOLD} touched.command_id) THEN order_id END,
            CASE WHEN order_id IS NULL OR NOT {_TOLD} touched.command_id) THEN command_id END
        FROM inventory_stockmovement AS touched WHERE
        """,
    ),
    "history": Source(
        "id",
        "bigint",
        _numbered("orders_statuschange"),
        "SELECT id, NULL, order_id, command_id FROM orders_statuschange AS touched WHERE",
    ),
    "settled": Source(
        "settled_at",
        "timestamptz",
        "now()",
        f"SELECT settled_at, NULL, order_id, id FROM orders_command AS touched WHERE NOT {_TOLD} touched.id) AND",
    ),
    "drafts": Source(
        "number",
        "bigint",
        "(SELECT coalesce(max(number), 0) FROM orders_order)",
        "SELECT number, NULL, id, NULL FROM orders_order AS touched WHERE status = 'draft' AND",
    ),
    "posted": Source(
        "posted_at",
        "timestamptz",
        "now()",
        "SELECT posted_at, NULL, order_id, NULL FROM orders_journalentry AS touched WHERE",
    ),
    "instructed": Source(
        "id",
        "bigint",
        _numbered("orders_paymentinstruction"),
        "SELECT id, NULL, order_id, NULL FROM orders_paymentinstruction AS touched WHERE",
    ),
    "carried out": Source(
        "done_at",
        "timestamptz",
        "now()",
        "SELECT done_at, NULL, order_id, NULL FROM orders_paymentinstruction AS touched WHERE",
    ),
}


class Touched(NamedTuple):
    at: Any
    movement_id: int | None
    order_id: Any
    command_id: Any


class Instant(NamedTuple):
    """`open_from`: transactions below this number have ended; `open_until`: none has begun from this number on.
    `places`: how far each source has come."""

    open_from: int
    open_until: int
    places: dict[str, str]


_INSTANT = f"""
    SELECT pg_snapshot_xmin(seen)::text::bigint, pg_snapshot_xmax(seen)::text::bigint,
        {", ".join(source.last for source in SOURCES.values())}
    FROM pg_current_snapshot() AS seen
"""


def instant() -> Instant:
    row = cursor().execute(_INSTANT.encode()).fetchone()
    assert row is not None
    return Instant(row[0], row[1], dict(zip(SOURCES, places(row[2:]), strict=True)))


def places(found: Iterable[Any]) -> list[str]:
    return [str(place) for place in found]


def touched(source: str, *, after: str, since: int | None, limit: int) -> list[Touched]:
    """The next rows of that source that no look before transaction `since` can have seen."""
    given = {"after": after, "since": since, "limit": limit}
    return [Touched(*row) for row in cursor().execute(SOURCES[source].query.encode(), given)]
