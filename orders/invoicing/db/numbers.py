"""Invoice numbers: taken from the pool by a sale, or by the credit note of what a sale gives back.

A batch takes the oldest free numbers of its stores, and locks them until it commits; it passes over those that another
one has locked, so that none waits for another one's number. If it is undone, its numbers are free again. A number is
given to one sale or one credit note, for ever: giving one that is not free fails, and the sale with it.

In a database that was restored none is taken until what was free is set aside (orders.invoicing.db.restored). Who
finds none looks whether it is only that a standby took over.

Where the pool is empty nothing fails. As the shop prefers, the sale is made and gets its number later
(orders.invoicing.number_late_sales), or it is refused; a credit note likewise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import Row, cursor
from orders.invoicing.core.numbers import NumberState
from orders.invoicing.db.restored import MAY_GIVE, carry_on

# SKIP LOCKED: two sales never queue for the same number, and a sale that rolls back gives its numbers back.
_TAKE = f"""
    SELECT needed.store_id, taken.number
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    CROSS JOIN LATERAL (
        SELECT number FROM orders_invoicenumber
        WHERE store_id = needed.store_id AND state = 'free' AND {MAY_GIVE}
        ORDER BY id LIMIT needed.count FOR UPDATE SKIP LOCKED
    ) AS taken
"""

# Counts no further than what is needed.
_COUNT = f"""
    SELECT needed.store_id, count(free.id)
    FROM unnest(%b::bigint[], %b::bigint[]) AS needed (store_id, count)
    CROSS JOIN LATERAL (
        SELECT id FROM orders_invoicenumber
        WHERE store_id = needed.store_id AND state = 'free' AND {MAY_GIVE} LIMIT needed.count
    ) AS free
    GROUP BY needed.store_id
"""

# A generator that does not keep a pool has its numbers recorded here; one that is not free is refused by the count.
# What is set aside is given to nobody but those whose receipts bear it.
ASSIGN = """
    INSERT INTO orders_invoicenumber (fetched_at, assigned_at, store_id, number, state, order_id, credit_note_id,
        command_id, voided_at, voided_by, void_reason)
    SELECT %(now)s, %(now)s, given.* FROM json_to_recordset(%(numbers)s::json) AS given (store_id bigint, number text,
        state text, order_id uuid, credit_note_id uuid, command_id uuid, voided_at timestamptz, voided_by text,
        void_reason text)
    ON CONFLICT (store_id, number) DO UPDATE SET
        state = excluded.state, assigned_at = excluded.assigned_at, order_id = excluded.order_id,
        credit_note_id = excluded.credit_note_id, command_id = excluded.command_id, voided_at = excluded.voided_at,
        voided_by = excluded.voided_by, void_reason = excluded.void_reason
    WHERE orders_invoicenumber.state = 'free' OR (
        orders_invoicenumber.state = 'set_aside' AND excluded.command_id = ANY(%(printed)s::uuid[])
    )
"""
"""Gives each sale and credit note its number, for ever; as many rows as numbers were free."""

NOTHING_TO_POST = "nothing to post"
"""Why accounting voids its draft although a sale or a credit note has the number: it tells of no money."""


def take_free(counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Lock up to `counts` free numbers of each store, oldest first; those that others have locked are passed over."""
    taken: dict[int, list[str]] = {store_id: [] for store_id in counts}
    if counts:
        rows = _take(counts)
        if not rows:
            carry_on()
            rows = _take(counts)
        for store_id, number in rows:
            taken[store_id].append(number)
    return taken


def _take(counts: Mapping[int, int]) -> Sequence[Row]:
    return cursor().execute(_TAKE, (list(counts), list(counts.values())), prepare=True).fetchall()


def count_free(counts: Mapping[int, int]) -> dict[int, int]:
    """How many of the numbers there are that `take_free` would take, if no other sale takes some just now."""
    free = dict.fromkeys(counts, 0)
    if counts:
        free |= dict(cursor().execute(_COUNT, (list(counts), list(counts.values()))).fetchall())
    return free


def lacks(counts: Mapping[int, int], free: Mapping[int, int]) -> bool:
    """Whether a store has fewer numbers than are needed."""
    return any(free[store_id] < count for store_id, count in counts.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A number, and the sale or the credit note that has it from now on."""

    store_id: int
    number: str
    command_id: UUID
    state: NumberState = NumberState.ASSIGNED
    order_id: UUID | None = None
    credit_note_id: UUID | None = None
    voided_at: datetime | None = None
    voided_by: str = ""
    void_reason: str = ""


def of_sale(number: str, *, store_id: int, order_id: UUID, command_id: UUID) -> Given:
    return Given(store_id=store_id, number=number, order_id=order_id, command_id=command_id)


def of_credit_note(number: str, *, store_id: int, command_id: UUID) -> Given:
    return Given(store_id=store_id, number=number, credit_note_id=command_id, command_id=command_id)


def of_credit_of_nothing(number: str, *, store_id: int, command_id: UUID, by: str, now: datetime) -> Given:
    """A credit note that gives nothing back: its number is void as soon as it is taken."""
    return replace(
        of_credit_note(number, store_id=store_id, command_id=command_id),
        state=NumberState.VOID,
        voided_at=now,
        voided_by=by,
        void_reason=NOTHING_TO_POST,
    )


def assign(given: Sequence[Given], *, now: datetime) -> None:
    """Give each its number, for ever."""
    numbers = to_json(list(given)).decode()
    assigned = cursor().execute(ASSIGN, {"now": now, "numbers": numbers, "printed": []}).rowcount
    assert assigned == len(given), "an invoice number was not free"
