"""Accepting commands: the journal takes them in, each key once. The one way into it, for terminals and for tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.db.sets import Cursor, cursor
from inventory.db.trips import one_trip
from orders.core.caller import Caller
from orders.core.machine import Kind
from orders.db.create import NewOrder, insert_orders

# When the sweeper rings for a command whose ring was lost.
_RING_AGAIN_AFTER = "interval '3 seconds'"

_COLUMNS = """
INSERT INTO orders_command (id, store_id, terminal_id, issued_by, key, fingerprint, kind, order_id, payload, state,
    attempts, last_error, ring_at, accepted_at)
"""
_PENDING = f"'pending', 0, '', now() + {_RING_AGAIN_AFTER}, now()"

_ACCEPT_FOR_ORDER = f"""{_COLUMNS}
SELECT %(id)s, store_id, %(terminal_id)s, %(issued_by)s, %(key)s, %(fingerprint)s, %(kind)s, id, %(payload)s::jsonb,
    {_PENDING}
FROM orders_order WHERE id = %(order_id)s AND store_id = %(store_id)s
ON CONFLICT (terminal_id, key) DO NOTHING RETURNING accepted_at
"""

_ACCEPT_FOR_STOCK = f"""{_COLUMNS}
VALUES (%(id)s, %(store_id)s, %(terminal_id)s, %(issued_by)s, %(key)s, %(fingerprint)s, %(kind)s, NULL,
    %(payload)s::jsonb, {_PENDING})
ON CONFLICT (terminal_id, key) DO NOTHING RETURNING accepted_at
"""

# An order that the same request created must be the order that it described, and not one of another request that
# chose the same id at the same time.
_ACCEPT_MANY = f"""{_COLUMNS}
SELECT new.id, coalesce(orders_order.store_id, %(store_id)s), %(terminal_id)s, %(issued_by)s, new.key,
    new.fingerprint, new.kind, new.order_id, new.payload::jsonb, {_PENDING}
FROM unnest(%(ids)b::uuid[], %(keys)b::text[], %(fingerprints)b::bytea[], %(kinds)b::text[], %(order_ids)b::uuid[],
    %(order_fingerprints)b::bytea[], %(payloads)b::text[]) WITH ORDINALITY
    AS new(id, key, fingerprint, kind, order_id, order_fingerprint, payload, position)
LEFT JOIN orders_order ON orders_order.id = new.order_id
    AND orders_order.store_id = coalesce(%(store_id)s, orders_order.store_id)
    AND orders_order.fingerprint = coalesce(new.order_fingerprint, orders_order.fingerprint)
WHERE new.order_id IS NULL OR orders_order.id IS NOT NULL
ORDER BY new.position
ON CONFLICT (terminal_id, key) DO NOTHING RETURNING id, accepted_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`payload`: JSON. `order_fingerprint`: of the order that goes with it, where it brings one."""

    id: UUID
    key: str
    kind: Kind
    order_id: UUID | None
    payload: bytes
    fingerprint: bytes
    order_fingerprint: bytes | None = None


def accept(caller: Caller, submission: Submission) -> datetime | None:
    """Store the command; None, and nothing stored, where the store has no such order or the key was used before."""
    params = {
        "id": submission.id,
        "store_id": caller.store_id,
        "terminal_id": caller.terminal_id,
        "issued_by": caller.name,
        "key": submission.key,
        "fingerprint": submission.fingerprint,
        "kind": submission.kind,
        "order_id": submission.order_id,
        "payload": submission.payload.decode(),
    }
    sql = _ACCEPT_FOR_STOCK if submission.order_id is None else _ACCEPT_FOR_ORDER
    row = cursor().execute(sql, params).fetchone()
    return row[0] if row else None


def accept_many(
    caller: Caller, submissions: Sequence[Submission], *, orders: Sequence[NewOrder] = ()
) -> dict[UUID, datetime]:
    """Create the orders, then store what can be stored, in the order given: command id -> instant.

    One transaction, and one way to the server and back.
    """
    scope = {"store_id": caller.store_id, "terminal_id": caller.terminal_id, "issued_by": caller.name}
    with one_trip():
        if orders:
            insert_orders(caller, orders)
        accepted = _insert_commands(submissions, scope)
    return dict(accepted.fetchall())


def accept_system(submissions: Sequence[Submission], *, issued_by: str) -> list[UUID]:
    """Store a task's commands on orders of any store; their keys share one scope. Return the ids of the new ones."""
    scope = {"store_id": None, "terminal_id": None, "issued_by": issued_by}
    return [id_ for id_, _ in _insert_commands(submissions, scope)]


def _insert_commands(submissions: Sequence[Submission], scope: Mapping[str, Any]) -> Cursor:
    params = {
        **scope,
        "ids": [submission.id for submission in submissions],
        "keys": [submission.key for submission in submissions],
        "fingerprints": [submission.fingerprint for submission in submissions],
        "kinds": [submission.kind for submission in submissions],
        "order_ids": [submission.order_id for submission in submissions],
        "order_fingerprints": [submission.order_fingerprint for submission in submissions],
        "payloads": [submission.payload.decode() for submission in submissions],
    }
    return cursor().execute(_ACCEPT_MANY, params)
