"""Whether there is work for an upkeep task, without a lock: what an idle shop asks instead of sending tasks.

Each look has the conditions of the statement that takes the work, and its index. What waits behind something parked is
looked through some at a time, on from where the last look ended: all of it would be read every second for nothing.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from base.outside.pages import A_LOOK, Due, Page, Pages
from base.sql.sets import cursor
from inventory.db.leaving import STAYS
from orders.accounting import db as entries
from orders.journal.db.shares import all_queues, named, of, share
from orders.journal.db.sweep import DUE
from orders.payments.db import instructions

_PENDING = f"SELECT EXISTS (SELECT FROM orders_command WHERE {DUE})"

_VOIDS = "SELECT EXISTS (SELECT FROM orders_voidnotice WHERE told_at IS NULL AND next_attempt_at <= %(now)s)"

_AUTHORIZATIONS = """
    SELECT EXISTS (
        SELECT FROM orders_authorization
        WHERE state = 'requested' AND next_attempt_at <= %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
    )
"""

_HOLDS = f"""
    SELECT EXISTS (
        SELECT FROM inventory_hold AS hold WHERE expires_at <= %(now)s AND {STAYS.format(store_id="hold.store_id")}
    ) OR EXISTS (
        SELECT FROM orders_order AS "order"
        WHERE awaits_until <= %(now)s AND {STAYS.format(store_id='"order".store_id')}
    )
"""

_REFILLS = """
    SELECT EXISTS (
        SELECT FROM orders_invoicerefill
        WHERE stored_at IS NULL AND next_attempt_at <= %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
    )
"""

_entries = Pages[bool, Due](at_once=A_LOOK)
_instructions = Pages[bool, Due](at_once=A_LOOK)


def are_commands_due(now: datetime) -> bool:
    return any(
        _look(_PENDING.format(of=of(its)), now, **named(its)) for its in (share(queue) for queue in all_queues())
    )


def are_entries_due(now: datetime) -> bool:
    """Or void notices: the same task tells accounting both."""
    return _look(_VOIDS, now) or _go_on(_entries, partial(entries.look, now))


def are_authorizations_due(now: datetime) -> bool:
    return _look(_AUTHORIZATIONS, now)


def are_instructions_due(now: datetime) -> bool:
    return _go_on(_instructions, partial(instructions.look, now))


def are_holds_lapsed(now: datetime) -> bool:
    """Or waits for stock."""
    return _look(_HOLDS, now)


def are_refills_due(now: datetime) -> bool:
    """Refills that were begun and not finished; whether one has to begin the pools' marks say."""
    return _look(_REFILLS, now)


def _go_on(pages: Pages[bool, Any], look: Callable[[Any], Page[bool, Any]]) -> bool:
    pages.found = True
    return bool(pages.next(look))


def _look(sql: str, now: datetime, **more: Any) -> bool:
    row = cursor().execute(sql, {"now": now, **more}).fetchone()
    return bool(row and row[0])
