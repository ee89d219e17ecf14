"""Releasing lapsed holds: a task submits the same commands that a terminal would."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from orders.core.lapse import ISSUED_BY, expiry_payload
from orders.core.machine import Kind
from orders.db.accept import accept_system
from orders.db.expire import lapsed_orders, lapsed_references, used_up
from orders.dispatch import ring, ring_stock
from workers.submission import submission

Lapsed = TypeVar("Lapsed")

LIMIT = 500


def expire_holds() -> int:
    """Submit a release for each order and each reference that has a lapsed hold; how many were new.

    The key names the hold's end, so that a hold is released once, however often this runs.
    """
    now = timezone.now()
    return _all_of(lapsed_orders, _expire_orders, now=now) + _all_of(lapsed_references, _expire_references, now=now)


def _all_of(look: Callable[..., Sequence[Lapsed]], expire: Callable[[Sequence[Lapsed]], int], *, now: datetime) -> int:
    """Batch after batch, each on its own: those that cannot be released now must not hide the ones behind them.

    Whoever is released meanwhile leaves the list, so that some are passed over: they are found the next time.
    """
    new = past = 0
    while lapsed := look(now=now, past=past, limit=LIMIT):
        new, past = new + expire(lapsed), past + len(lapsed)
    return new


def _expire_orders(lapsed: Sequence[tuple[UUID, datetime]]) -> int:
    keys = _unused([f"expire:{order_id}:{expired_at.isoformat()}" for order_id, expired_at in lapsed])
    submissions = [
        submission(Kind.RELEASE, order_id, key=key, payload=expiry_payload())
        for (order_id, _), key in zip(lapsed, keys, strict=True)
    ]
    accepted = set(accept_system(submissions, issued_by=ISSUED_BY)) if submissions else set()
    for one in submissions:
        if one.id in accepted and one.order_id:
            ring(one.kind, one.order_id, one.id)
    return len(accepted)


def _expire_references(lapsed: Sequence[tuple[int, str, datetime]]) -> int:
    # A reference may be as long as a key.
    keys = _unused(
        [
            f"expire:{store_id}:{expired_at.isoformat()}:{sha256(reference.encode()).hexdigest()}"
            for store_id, reference, expired_at in lapsed
        ]
    )
    new = 0
    for (store_id, reference, _), key in zip(lapsed, keys, strict=True):
        one = submission(Kind.RELEASE_HOLD, None, key=key, payload=expiry_payload(reference))
        if accept_system([one], issued_by=ISSUED_BY, store_id=store_id):
            ring_stock(one.kind, store_id, one.id)
            new += 1
    return new


def _unused(keys: Sequence[str]) -> Sequence[str]:
    """The keys, each with the number of the try where earlier ones ended and the hold is still there."""
    tries, found = 1, list(keys)
    while found and (spent := used_up(found)):
        tries += 1
        found = [f"{key}:{tries}" if one in spent else one for key, one in zip(keys, found, strict=True)]
    return found
