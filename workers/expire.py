"""Releasing what has lapsed, holds and waits for stock: a task submits the same commands that a terminal would."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from base.sql import clock
from orders.commands.core.holds import ISSUED_BY, expiry_payload
from orders.commands.core.machine import Kind
from orders.journal.core.batch import OrderSubject, Rung, StoreSubject
from orders.journal.db.accept import Submission, accept_system
from orders.journal.ring import ring_each
from orders.sales.db.expire import BEGIN, Place, known, lapsed
from workers.submission import submission

LIMIT = 500


def expire_holds() -> int:
    """Submit a release for each order and each reference that has a lapsed hold, or whose wait for stock is over; how
    many were new.

    Batch after batch, each on its own and from where the one before ended: those that cannot be released now hide none
    of the ones behind them. The key names the hold's end, so that a hold is released once, however often this runs.
    """
    now, new = clock.now(), 0
    place: Place | None = BEGIN
    while place:
        found = lapsed(place, now=now, limit=LIMIT)
        new += _expire_orders(found.orders) + _expire_references(found.references)
        place = found.then
    return new


def _expire_orders(ended: Sequence[tuple[UUID, datetime]]) -> int:
    of_key = {f"expire:{order_id}:{expired_at.isoformat()}": order_id for order_id, expired_at in ended}
    of_order = {
        of_key[first]: submission(Kind.RELEASE, of_key[first], key=key, payload=expiry_payload())
        for first, key in _new(list(of_key)).items()
    }
    accepted = set(accept_system(list(of_order.values()), issued_by=ISSUED_BY)) if of_order else set()
    ring_each([Rung(one.kind, OrderSubject(id_), one.id) for id_, one in of_order.items() if one.id in accepted])
    return len(accepted)


def _expire_references(ended: Sequence[tuple[int, str, datetime]]) -> int:
    # A reference may be as long as a key.
    of_key = {
        f"expire:{store_id}:{expired_at.isoformat()}:{sha256(reference.encode()).hexdigest()}": (store_id, reference)
        for store_id, reference, expired_at in ended
    }
    of_stores = defaultdict[int, list[Submission]](list)
    for first, key in _new(list(of_key)).items():
        store_id, reference = of_key[first]
        of_stores[store_id].append(submission(Kind.RELEASE_HOLD, None, key=key, payload=expiry_payload(reference)))
    return sum(_expire_in_store(store_id, submissions) for store_id, submissions in of_stores.items())


def _expire_in_store(store_id: int, submissions: Sequence[Submission]) -> int:
    accepted = accept_system(submissions, issued_by=ISSUED_BY, store_id=store_id)
    ring_each([Rung(Kind.RELEASE_HOLD, StoreSubject(store_id), id_, store_id) for id_ in accepted])
    return len(accepted)


def _new(keys: Sequence[str]) -> dict[str, str]:
    """Key -> the one to submit, of those whose release is not under way: with the number of the try where earlier ones
    ended and the hold is still there."""
    tries, new, asked = 1, dict[str, str](), {key: key for key in keys}
    while asked:
        ended = known(asked.values())
        new |= {first: key for first, key in asked.items() if key not in ended}
        tries += 1
        asked = {first: f"{first}:{tries}" for first, key in asked.items() if ended.get(key)}
    return new
