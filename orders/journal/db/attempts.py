"""Commands that failed: counted, and parked when they keep failing.

Repair is an operator's: orders.journal.db.repair.
"""

import os
from dataclasses import dataclass
from uuid import UUID

from base.sql.sets import cursor
from base.worker_name import worker_name
from orders.commands.core.machine import Kind
from orders.journal.core.batch import DrawerSubject, OrderSubject, StoreSubject, Subject

# The next command of an order, of a store's stock commands, or of a drawer.
_NEXT = """
    SELECT id FROM orders_command
    WHERE state = 'pending' AND blocked_by_id IS NULL AND {subject} ORDER BY seq LIMIT 1
"""

# Somebody else may have settled it meanwhile: then it is left alone.
_COUNT = """
    UPDATE orders_command SET attempts = attempts + 1, worker = %s WHERE id = ({next}) AND state = 'pending'
    RETURNING id, attempts, last_error, kind, order_id, store_id, terminal_id
"""

_COUNT_OF_ORDER = _COUNT.format(next=_NEXT.format(subject="order_id = %s"))
_COUNT_OF_STORE = _COUNT.format(next=_NEXT.format(subject="order_id IS NULL AND drawer_id IS NULL AND store_id = %s"))
_COUNT_OF_DRAWER = _COUNT.format(next=_NEXT.format(subject="drawer_id = %s"))

_UNCOUNT = "UPDATE orders_command SET attempts = attempts - 1 WHERE id = %s AND state = 'pending'"

_NOTE_ERROR = "UPDATE orders_command SET last_error = %s WHERE id = %s AND state = 'pending'"

_PARK = "UPDATE orders_command SET state = 'parked', last_error = %s WHERE id = %s AND state = 'pending'"


@dataclass(frozen=True, slots=True)
class Begun:
    """`attempts`: how often the command was begun alone, this time included."""

    command_id: UUID
    attempts: int
    last_error: str
    kind: Kind
    order_id: UUID | None
    store_id: int
    terminal_id: int | None


def begin(subject: Subject) -> Begun | None:
    """Count an attempt at the next command of an order, of a store's stock, or of a drawer, and whose, and commit that.

    A command that kills its worker leaves no other trace. None where nothing is pending.
    """
    match subject:
        case OrderSubject(order_id):
            row = cursor().execute(_COUNT_OF_ORDER, (worker_name(os.getpid()), order_id)).fetchone()
        case StoreSubject(store_id):
            row = cursor().execute(_COUNT_OF_STORE, (worker_name(os.getpid()), store_id)).fetchone()
        case DrawerSubject(drawer_id):
            row = cursor().execute(_COUNT_OF_DRAWER, (worker_name(os.getpid()), drawer_id)).fetchone()
    return Begun(*row) if row else None


def uncount(command_id: UUID) -> None:
    """It only waits for another one: that is no attempt."""
    cursor().execute(_UNCOUNT, (command_id,))


def note_error(command_id: UUID, error: str) -> None:
    cursor().execute(_NOTE_ERROR, (error, command_id))


def park(command_id: UUID, error: str) -> None:
    """The command waits for an operator, and so do the later ones of its order."""
    cursor().execute(_PARK, (error, command_id))
