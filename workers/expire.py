"""Releasing lapsed holds: a task submits the same command that a terminal would."""

import json
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from orders.core.fingerprint import of_command
from orders.core.machine import Kind
from orders.core.release import HOLD_EXPIRED
from orders.db.accept import Submission, accept_system
from orders.db.expire import lapsed
from orders.dispatch import ring

LIMIT = 500


def expire_holds() -> int:
    """Submit a `release` for each order that has a lapsed hold; how many were new.

    The key names the hold's end, so that a hold is released once, however often this runs.
    """
    submissions = [_release(order_id, expired_at) for order_id, expired_at in lapsed(now=timezone.now(), limit=LIMIT)]
    accepted = set(accept_system(submissions, issued_by="expire_holds")) if submissions else set()
    for submission in submissions:
        if submission.id in accepted and submission.order_id:
            ring(submission.kind, submission.order_id, submission.id)
    return len(accepted)


def _release(order_id: UUID, expired_at: datetime) -> Submission:
    payload = json.dumps({"reason": HOLD_EXPIRED}).encode()
    return Submission(
        id=uuid7(),
        key=f"expire:{order_id}:{expired_at.isoformat()}",
        kind=Kind.RELEASE,
        order_id=order_id,
        payload=payload,
        fingerprint=of_command(Kind.RELEASE, order_id, payload),
    )
