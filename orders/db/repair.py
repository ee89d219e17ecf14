"""Parked commands that an operator retries or gives up."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from inventory.db.sets import cursor
from orders.db.authorizations import VOID_UNWANTED

# The order first, as everywhere: whoever marks its commands as blocked holds the same lock.
_LOCK_ORDER = """
    SELECT FROM orders_order
    WHERE id = (SELECT order_id FROM orders_command WHERE id = %s AND store_id = %s) FOR NO KEY UPDATE
"""

_RETRY = """
    UPDATE orders_command SET state = 'pending', attempts = 0, last_error = '', ring_at = now() + interval '3 seconds'
    WHERE id = %s AND store_id = %s AND state = 'parked' AND dismissed_at IS NULL
"""

_DISMISS = """
    UPDATE orders_command SET dismissed_at = now()
    WHERE id = %s AND store_id = %s AND state = 'parked' AND dismissed_at IS NULL
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


def retry(store_id: int, command_id: UUID) -> list[UUID] | None:
    """Make a parked command pending again; None, and nothing changed, if it is not parked. See `_repair`."""
    return _repair(_RETRY, store_id, command_id)


def dismiss(store_id: int, command_id: UUID) -> list[UUID] | None:
    """Give a parked command up for good; None, and nothing changed, if it is not parked. See `_repair`."""
    return _repair(_DISMISS, store_id, command_id)


def _repair(sql: str, store_id: int, command_id: UUID) -> list[UUID] | None:
    """Return the ids of the commands that waited for it and need a ring now. Locks the order."""
    with transaction.atomic():
        cursor().execute(_LOCK_ORDER, (command_id, store_id))
        if cursor().execute(sql, (command_id, store_id)).rowcount == 0:
            return None
        asked = {"command_id": command_id, "now": timezone.now()}
        cursor().execute(_ASK_AGAIN, asked)
        cursor().execute(VOID_UNWANTED, asked)
        return [id_ for (id_,) in cursor().execute(_UNBLOCK, {"id": command_id})]
