"""What waits for a later time finds it come: leases lapse, pauses end, and samples grow old."""

from datetime import timedelta

from base.sql.sets import cursor
from tests.support.shop.guards import unguarded

_EARLIER = (
    """
    UPDATE orders_journalentry SET next_attempt_at = next_attempt_at - %(by)s, lease_until = lease_until - %(by)s
    WHERE state = 'pending'
    """,
    """
    UPDATE orders_invoicerefill SET next_attempt_at = next_attempt_at - %(by)s, lease_until = lease_until - %(by)s,
        requested_at = requested_at - %(by)s
    """,
    """
    UPDATE orders_authorization SET next_attempt_at = next_attempt_at - %(by)s, lease_until = lease_until - %(by)s,
        asked_at = asked_at - %(by)s
    WHERE state = 'requested'
    """,
    """
    UPDATE orders_paymentinstruction SET next_attempt_at = next_attempt_at - %(by)s, lease_until = lease_until - %(by)s
    WHERE state = 'pending'
    """,
    "UPDATE orders_invoicepool SET sampled_at = sampled_at - %(by)s",
)


def pass_time(*, seconds: float) -> None:
    with unguarded():
        for statement in _EARLIER:
            cursor().execute(statement, {"by": timedelta(seconds=seconds)})
