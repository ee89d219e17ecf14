"""Numbers that receipts bear already, asked for by the sales and credit notes of a time that a restore has lost.

A till that sends such a command again says what was printed, and gets exactly that number, if nobody has it: one that
is set aside or free, or, while a restore is not decided about, one that the store does not know, since it was fetched
in the lost time. Is it another's or void, nothing is given instead: the command is parked, and an operator decides.
Retried it gets a number of its own, and its receipt has to be printed anew.
"""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from base.sql.sets import columns_of, cursor, unnest
from orders.invoicing.db.restored import MAY_GIVE, carry_on

# In the order of their ids: two who ask for the same wait for each other, and never in a ring.
_LOCK = f"""
    SELECT number.store_id, number.number, number.state
    FROM {unnest(["bigint", "text"])} AS asked (store_id, number)
    JOIN orders_invoicenumber AS number USING (store_id, number)
    ORDER BY number.id FOR NO KEY UPDATE OF number
"""

_WHOSE = """
    SELECT "order".number FROM orders_invoicenumber AS number
    LEFT JOIN orders_creditnote AS note ON note.command_id = number.credit_note_id
    JOIN orders_order AS "order" ON "order".id = coalesce(number.order_id, note.order_id)
    WHERE number.store_id = %s AND number.number = %s
"""

_RETRIED = "SELECT FROM orders_repair WHERE command_id = %s AND act = 'retry' LIMIT 1"

_UNDECIDED = f"SELECT store_id FROM orders_invoicepool WHERE restored_at IS NOT NULL OR NOT {MAY_GIVE}"


Printed: TypeAlias = tuple[int, str]
"""A store, by id, and a number."""


class PrintedNumberNotFree(Exception):
    """The receipt of a command bears a number that it cannot have."""


def take_printed(asked: Mapping[UUID, Printed]) -> dict[UUID, str]:
    """Command id -> the number that its receipt bears. Those that cannot have theirs are left out if an operator has
    retried them; else PrintedNumberNotFree. `asked` is not empty. Locks the numbers."""
    carry_on()
    rows = cursor().execute(_LOCK, columns_of(list(asked.values()))).fetchall()
    states = {(store_id, number): state for store_id, number, state in rows}
    undecided = {store_id for (store_id,) in cursor().execute(_UNDECIDED.encode())}
    taken: dict[Printed, UUID] = {}
    for command_id, one in asked.items():
        state = states.get(one, "free" if one[0] in undecided else "unknown")
        if state in ("free", "set_aside") and one not in taken:
            taken[one] = command_id
        elif not _is_retried(command_id):
            raise PrintedNumberNotFree(_told(one, state))
    return {command_id: number for (_, number), command_id in taken.items()}


def _is_retried(command_id: UUID) -> bool:
    return cursor().execute(_RETRIED, (command_id,)).fetchone() is not None


def _told(one: Printed, state: str) -> str:
    row = cursor().execute(_WHOSE, one).fetchone()
    what = f"{state}: order {row[0]} has it" if row else state
    return (
        f"its receipt bears the number {one[1]}, which is {what}. Retried, it gets another number, and its receipt"
        " has to be printed anew"
    )
