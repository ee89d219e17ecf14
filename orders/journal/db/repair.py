"""Parked commands that an operator retries or gives up. Who did it, when and why is kept."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from base.sql import clock
from base.sql.retry_transient import again
from base.sql.sets import cursor, dicts
from orders.commands.core.outcomes import RepairAct
from orders.journal.core.batch import Subject, subject_of
from orders.payments.db.authorizations import VOID_UNWANTED

# The order first, as everywhere: whoever marks its commands as blocked holds the same lock.
_LOCK_ORDER = """
    SELECT FROM orders_order
    WHERE id = (SELECT order_id FROM orders_command WHERE id = %s AND store_id = %s) FOR NO KEY UPDATE
"""

_REPAIR = {
    RepairAct.RETRY: """
        UPDATE orders_command
        SET state = 'pending', attempts = 0, last_error = '', ring_at = now() + interval '3 seconds'
        WHERE id = %(id)s AND store_id = %(store_id)s AND state = 'parked'
        RETURNING order_id, store_id, drawer_id
    """,
    RepairAct.DISMISS: """
        UPDATE orders_command
        SET state = 'dismissed', outcome_code = 'dismissed', settled_at = %(now)s, dismissed_by = %(by)s,
            outcome = jsonb_build_object('detail', %(reason)s::text, 'lines', '[]'::jsonb)
        WHERE id = %(id)s AND store_id = %(store_id)s AND state = 'parked'
        RETURNING order_id, store_id, drawer_id
    """,
}

_NOTE = """
    INSERT INTO orders_repair (store_id, command_id, act, by, reason, at)
    VALUES (%(store_id)s, %(id)s, %(act)s, %(by)s, %(reason)s, %(now)s)
"""

_UNBLOCK = """
    UPDATE orders_command SET blocked_by_id = NULL, ring_at = now() + interval '3 seconds'
    WHERE blocked_by_id = %(id)s AND state = 'pending'
        AND order_id = (SELECT order_id FROM orders_command WHERE id = %(id)s)
    RETURNING id
"""

# What a payment provider was asked for it is asked again: to go on, or to be voided.
_ASK_AGAIN = """
    UPDATE orders_authorization SET attempts = 0, next_attempt_at = %(now)s
    WHERE command_id = %(command_id)s AND state = 'requested'
"""

_WAITING = """
    SELECT blocked_by_id, count(*) FROM orders_command
    WHERE state = 'pending' AND order_id IN (SELECT order_id FROM orders_command WHERE id = ANY(%(ids)s))
        AND blocked_by_id = ANY(%(ids)s)
    GROUP BY blocked_by_id
"""


_REPAIRS = """
    SELECT at, act, by, nullif(reason, '') AS reason FROM orders_repair WHERE command_id = %s ORDER BY id
"""


class Repaired(NamedTuple):
    """Whose command it is, and which commands waited for it: they need a ring now."""

    subject: Subject
    freed: list[UUID]


def retry(store_id: int, command_id: UUID, *, by: str, reason: str = "") -> Repaired | None:
    """Make a parked command pending again; None, and nothing changed, if it is not parked. See `_repair`."""
    return _repair(RepairAct.RETRY, store_id, command_id, by=by, reason=reason)


def dismiss(store_id: int, command_id: UUID, *, by: str, reason: str = "") -> Repaired | None:
    """Give a parked command up for good; None, and nothing changed, if it is not parked. See `_repair`."""
    return _repair(RepairAct.DISMISS, store_id, command_id, by=by, reason=reason)


def repairs(command_id: UUID) -> list[dict[str, Any]]:
    """Oldest first, whole."""
    return dicts(_REPAIRS, (command_id,))


def waiting_behind(command_ids: list[UUID]) -> dict[UUID, int]:
    """How many commands each of these holds up."""
    return dict(cursor().execute(_WAITING, {"ids": command_ids}).fetchall())


@again
def _repair(act: RepairAct, store_id: int, command_id: UUID, *, by: str, reason: str) -> Repaired | None:
    """Locks the order."""
    now = clock.now()
    done = {"id": command_id, "store_id": store_id, "act": act, "by": by, "reason": reason, "now": now}
    with transaction.atomic():
        cursor().execute(_LOCK_ORDER, (command_id, store_id))
        row = cursor().execute(_REPAIR[act], done).fetchone()
        if row is None:
            return None
        cursor().execute(_NOTE, done)
        asked = {"command_id": command_id, "now": now}
        cursor().execute(_ASK_AGAIN, asked)
        cursor().execute(VOID_UNWANTED, asked)
        freed = [id_ for (id_,) in cursor().execute(_UNBLOCK, {"id": command_id})]
    return Repaired(subject_of(*row), freed)
