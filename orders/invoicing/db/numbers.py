"""Invoice numbers: taken from the pool by a sale.

A sale takes the oldest free numbers of its store, and locks them until it commits; it passes over those that another
sale has locked, so that none waits for another one's number. If it is undone, its numbers are free again. A number is
given to one sale, for ever: giving one that is not free fails, and the sale with it.

Where the pool is empty nothing fails. As the shop prefers, the sale is made and gets its number later
(orders.invoicing.number_late_sales), or it is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import cursor

# SKIP LOCKED: two sales never queue for the same number, and a sale that rolls back gives its numbers back.
_TAKE = """
    SELECT needed.store_id, taken.number
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    CROSS JOIN LATERAL (
        SELECT number FROM orders_invoicenumber
        WHERE store_id = needed.store_id AND state = 'free'
        ORDER BY id LIMIT needed.count FOR UPDATE SKIP LOCKED
    ) AS taken
"""

# Counts no further than what is needed.
_COUNT = """
    SELECT needed.store_id, count(free.id)
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    CROSS JOIN LATERAL (
        SELECT id FROM orders_invoicenumber
        WHERE store_id = needed.store_id AND state = 'free' LIMIT needed.count
    ) AS free
    GROUP BY needed.store_id
"""

# A generator that does not keep a pool has its numbers recorded here; one that is not free is refused by the count.
ASSIGN = """
    INSERT INTO orders_invoicenumber
        (state, fetched_at, assigned_at, void_reason, store_id, number, order_id, command_id)
    SELECT 'assigned', %(now)s, %(now)s, '', store_id, number, order_id, command_id
    FROM json_to_recordset(%(sales)s::json) AS given (store_id bigint, number text, order_id uuid, command_id uuid)
    ON CONFLICT (store_id, number) DO UPDATE SET
        state = 'assigned', assigned_at = excluded.assigned_at,
        order_id = excluded.order_id, command_id = excluded.command_id
    WHERE orders_invoicenumber.state = 'free'
"""
"""Gives each sale its number, for ever; as many rows as numbers were free."""

NOTHING_TO_POST = "nothing to post"
"""Why accounting voids its draft although a sale has the number: no money moved."""


def take_free(counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Lock up to `counts` free numbers of each store, oldest first; those that others have locked are passed over."""
    taken: dict[int, list[str]] = {store_id: [] for store_id in counts}
    if counts:
        rows = cursor().execute(_TAKE, (list(counts), list(counts.values())), prepare=True)
        for store_id, number in rows:
            taken[store_id].append(number)
    return taken


def count_free(counts: Mapping[int, int]) -> dict[int, int]:
    """How many of the numbers there are that `take_free` would take, if no other sale takes some just now."""
    free = dict.fromkeys(counts, 0)
    if counts:
        free |= dict(cursor().execute(_COUNT, (list(counts), list(counts.values()))).fetchall())
    return free


def lacks(counts: Mapping[int, int], free: Mapping[int, int]) -> bool:
    """Whether a store has fewer numbers than its sales need."""
    return any(free[store_id] < count for store_id, count in counts.items())


@dataclass(frozen=True, slots=True)
class Sale:
    """A paid order, and the command that paid it."""

    store_id: int
    order_id: UUID
    command_id: UUID


def numbered_rows(sales: Iterable[tuple[Sale, str]]) -> list[dict[str, Any]]:
    """What `ASSIGN` takes."""
    return [{**asdict(sale), "number": number} for sale, number in sales]


def assign(sales: Sequence[tuple[Sale, str]], *, now: datetime) -> None:
    """Give each sale its number, for ever."""
    params = {"now": now, "sales": to_json(numbered_rows(sales)).decode()}
    assigned = cursor().execute(ASSIGN, params).rowcount
    assert assigned == len(sales), "an invoice number was not free"
