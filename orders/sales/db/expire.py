"""Holds whose time has passed, and waits for stock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from base.sql.sets import columns_of, cursor, unnest
from inventory.db.leaving import STAYS

# Each by the index of the same two columns: what is passed over is not read again. An order that waits for stock may
# hold nothing.
_LAPSED = f"""
    (
        SELECT expires_at, id, store_id, order_id, reference FROM inventory_hold AS hold
        WHERE expires_at <= %(now)s AND (expires_at, id) > (%(after_at)s, %(after_id)s)
            AND {STAYS.format(store_id="hold.store_id")}
        ORDER BY expires_at, id LIMIT %(limit)s
    ) UNION ALL (
        SELECT awaits_until, id, store_id, id, '' FROM orders_order AS "order"
        WHERE awaits_until <= %(now)s AND (awaits_until, id) > (%(after_at)s, %(after_id)s)
            AND {STAYS.format(store_id='"order".store_id')}
        ORDER BY awaits_until, id LIMIT %(limit)s
    ) ORDER BY expires_at, id LIMIT %(limit)s
"""

# Of each owner its few holds: OFFSET keeps the planner from walking all that have lapsed until one is theirs.
_FIRST_OF_ORDERS = """
    SELECT given.id, least((
        SELECT min(expires_at) FROM (
            SELECT expires_at FROM inventory_hold WHERE order_id = given.id OFFSET 0
        ) AS hold
    ), (SELECT awaits_until FROM orders_order WHERE id = given.id))
    FROM unnest(%b::uuid[]) AS given (id)
"""

_FIRST_OF_REFERENCES = f"""
    SELECT given.store_id, given.reference, (
        SELECT min(expires_at) FROM (
            SELECT expires_at FROM inventory_hold
            WHERE store_id = given.store_id AND reference = given.reference AND reference <> '' OFFSET 0
        ) AS hold
    )
    FROM {unnest(["bigint", "text"])} AS given (store_id, reference)
"""

_KNOWN = """
    SELECT key, outcome_code IN ('dismissed', 'hold_not_found') IS TRUE FROM orders_command
    WHERE terminal_id IS NULL AND key = ANY(%b) AND key_freed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far what has lapsed was looked through, the longest lapsed first."""

    expires_at: datetime
    id: UUID


BEGIN = Place(datetime.min.replace(tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Whose holds have lapsed, or who has waited long enough. `orders`: order id, when that first was;
    `references`: store id, reference, and the same; `then`: where to go on, None where there are no more."""

    orders: Sequence[tuple[UUID, datetime]]
    references: Sequence[tuple[int, str, datetime]]
    then: Place | None


def lapsed(after: Place, *, now: datetime, limit: int) -> Lapsed:
    """Of the next `limit` holds and waits; who has more of them than that comes again."""
    asked = {"now": now, "after_at": after.expires_at, "after_id": after.id, "limit": limit}
    rows = cursor().execute(_LAPSED, asked).fetchall()
    order_ids = sorted({order_id for _, _, _, order_id, _ in rows if order_id})
    references = sorted({(store_id, reference) for _, _, store_id, _, reference in rows if reference})
    return Lapsed(
        orders=_first(_FIRST_OF_ORDERS, [order_ids]) if order_ids else [],
        references=_first(_FIRST_OF_REFERENCES, columns_of(references)) if references else [],
        then=Place(rows[-1][0], rows[-1][1]) if len(rows) == limit else None,
    )


def _first(sql: str, owners: Sequence[Any]) -> list[Any]:
    """Without those who were released since."""
    return [row for row in cursor().execute(sql, owners) if row[-1]]


def known(keys: Collection[str]) -> dict[str, bool]:
    """Key -> whether its release ended without releasing anything, of those that were submitted.

    Then an operator gave it up, or by its worker's clock the hold had not lapsed yet.
    """
    return dict(cursor().execute(_KNOWN, (list(keys),)).fetchall()) if keys else {}
