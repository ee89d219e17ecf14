"""Voiding a free number: no sale gets it any more, and the reason stays.

Accounting is told: orders.invoicing.db.void_notices.
"""

from datetime import datetime

from django.db import transaction

from base.sql.retry_transient import again
from base.sql.sets import cursor, first
from orders.invoicing.core.numbers import NumberState
from orders.invoicing.db.pool import expect

# Waits for a sale that is taking the number just now, at most `lock_timeout`; then it is free no more. The notice is
# committed with the void: neither is there without the other.
_VOID = """
    WITH void AS (
        UPDATE orders_invoicenumber
        SET state = 'void', voided_at = %(now)s, voided_by = %(voided_by)s, void_reason = %(reason)s
        WHERE store_id = %(store_id)s AND number = %(number)s AND state = 'free'
        RETURNING id
    )
    INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at) SELECT id, %(store_id)s, %(now)s FROM void
"""

_STATE = "SELECT state FROM orders_invoicenumber WHERE store_id = %s AND number = %s"


@again
def void(*, store_id: int, number: str, reason: str, voided_by: str, now: datetime) -> bool:
    """Whether the number was free."""
    given = {"store_id": store_id, "number": number, "reason": reason, "voided_by": voided_by, "now": now}
    with transaction.atomic():
        is_void = cursor().execute(_VOID, given).rowcount == 1
        if is_void:
            expect(store_id, -1)
    return is_void


def state_of(*, store_id: int, number: str) -> NumberState | None:
    """None for a number that the store does not have."""
    row = first(_STATE, (store_id, number))
    return NumberState(row["state"]) if row else None
