"""Releasing lapsed holds: a task submits the same commands that a terminal would."""

from hashlib import sha256

from django.utils import timezone

from orders.core.machine import Kind
from orders.core.release import HOLD_EXPIRED
from orders.db.accept import accept_system
from orders.db.expire import lapsed_orders, lapsed_references
from orders.dispatch import ring, ring_stock
from workers.submission import submission

LIMIT = 500
ISSUED_BY = "expire_holds"


def expire_holds() -> int:
    """Submit a release for each order and each reference that has a lapsed hold; how many were new.

    The key names the hold's end, so that a hold is released once, however often this runs.
    """
    return _expire_orders() + _expire_references()


def _expire_orders() -> int:
    submissions = [
        submission(
            Kind.RELEASE,
            order_id,
            key=f"expire:{order_id}:{expired_at.isoformat()}",
            payload={"reason": HOLD_EXPIRED},
        )
        for order_id, expired_at in lapsed_orders(now=timezone.now(), limit=LIMIT)
    ]
    accepted = set(accept_system(submissions, issued_by=ISSUED_BY)) if submissions else set()
    for one in submissions:
        if one.id in accepted and one.order_id:
            ring(one.kind, one.order_id, one.id)
    return len(accepted)


def _expire_references() -> int:
    new = 0
    for store_id, reference, expired_at in lapsed_references(now=timezone.now(), limit=LIMIT):
        one = submission(
            Kind.RELEASE_HOLD,
            None,
            # A reference may be as long as a key.
            key=f"expire:{store_id}:{expired_at.isoformat()}:{sha256(reference.encode()).hexdigest()}",
            payload={"reference": reference, "items": [], "reason": HOLD_EXPIRED},
        )
        if accept_system([one], issued_by=ISSUED_BY, store_id=store_id):
            ring_stock(one.kind, store_id, one.id)
            new += 1
    return new
