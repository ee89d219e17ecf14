"""Voiding a free number: no sale gets it any more, and the reason stays."""

from datetime import datetime

from django.db import transaction

from inventory.db.reads import first
from inventory.db.sets import cursor
from orders.core.numbers import NumberState
from orders.db.pool import expect

# Waits for a sale that is taking the number just now, at most `lock_timeout`; then it is free no more.
_VOID = """
    UPDATE orders_invoicenumber SET state = 'void', voided_at = %s, voided_by = %s, void_reason = %s
    WHERE store_id = %s AND number = %s AND state = 'free'
"""

_STATE = "SELECT state FROM orders_invoicenumber WHERE store_id = %s AND number = %s"


def void(*, store_id: int, number: str, reason: str, voided_by: str, now: datetime) -> bool:
    """Whether the number was free."""
    with transaction.atomic():
        is_void = cursor().execute(_VOID, (now, voided_by, reason, store_id, number)).rowcount == 1
        if is_void:
            expect(store_id, -1)
    return is_void


def state_of(*, store_id: int, number: str) -> NumberState | None:
    """None for a number that the store does not have."""
    row = first(_STATE, (store_id, number))
    return NumberState(row["state"]) if row else None
