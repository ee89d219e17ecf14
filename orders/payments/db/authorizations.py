"""Authorizations: written with the batch that waits for them, leased by whoever asks, and answered once.

The answer frees its command, and what comes after it, under the lock of their order: as everywhere, whoever marks or
frees an order's commands holds it. Only the holder of a lease writes the answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic_core import to_json

from base.outside.lease_loop import Failure
from base.sql.sets import cursor
from orders.commands.core.authorization import AuthorizationState
from orders.payments.core.authorization import Awaiting

# The pay awaits its answers, and what comes after it is held up by it: nobody looks at them until they are freed.
_AWAIT = """
    WITH new_authorization AS (
        INSERT INTO orders_authorization (id, store_id, order_id, command_id, position, provider, token, amount_minor,
            currency, requested_at, next_attempt_at)
        SELECT given.*, "order".currency, %(now)s, %(now)s
        FROM json_to_recordset(%(requested)s::json) AS given (id uuid, store_id bigint, order_id uuid, command_id uuid,
            position int, provider text, token text, amount_minor bigint)
        JOIN orders_order AS "order" ON "order".id = given.order_id
    )
    UPDATE orders_command AS command SET blocked_by_id = given.blocked_by, state = given.state
    FROM json_to_recordset(%(commands)s::json) AS given (id uuid, state text, blocked_by uuid)
    WHERE command.id = given.id AND command.state = 'pending'
"""

# SKIP LOCKED: two who ask take different ones. An attempt counts from its beginning: it may kill who makes it. A pay
# that comes again after a restore was asked for before, in a time that is lost.
_LEASE = """
    WITH due AS MATERIALIZED (
        SELECT id, asked_at FROM orders_authorization
        WHERE state = 'requested' AND next_attempt_at <= %(now)s
            AND (lease_until IS NULL OR lease_until <= %(now)s)
        ORDER BY next_attempt_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_authorization AS asked SET lease_until = %(until)s, attempts = asked.attempts + 1,
        asked_at = coalesce(asked.asked_at, %(now)s)
    FROM due, orders_order AS "order", inventory_store AS store, orders_command AS command
    WHERE asked.id = due.id AND "order".id = asked.order_id AND store.id = asked.store_id
        AND command.id = asked.command_id
    RETURNING asked.id, asked.command_id, asked.order_id, asked.attempts, asked.provider, asked.token,
        asked.amount_minor, asked.currency, coalesce(due.asked_at,
            CASE WHEN command.payload ->> 'printed_number' IS NOT NULL
            THEN coalesce("order".sold_at, %(now)s) - interval '1 day' END), store.code, "order".number::text,
        ringup_lasting_id(command.terminal_id, command.key, command.order_id, command.id) || '/' || position
"""

_LOCK_ORDER = "SELECT FROM orders_order WHERE id = %s FOR NO KEY UPDATE"

_ANSWER = """
    UPDATE orders_authorization
    SET state = %(state)s, reference = %(reference)s, detail = %(detail)s, answered_at = %(now)s, lease_until = NULL,
        last_error = ''
    WHERE id = %(id)s AND state = 'requested' AND lease_until = %(lease_until)s
"""

# Nobody will sell by it any more: its command has been refused or given up meanwhile.
VOID_UNWANTED = """
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at)
    SELECT asked.store_id, asked.order_id, asked.id, asked.command_id, 'void', asked.amount_minor, %(now)s, %(now)s
    FROM orders_authorization AS asked JOIN orders_command AS command ON command.id = asked.command_id
    WHERE asked.command_id = %(command_id)s AND asked.state = 'authorized'
        AND command.state IN ('rejected', 'dismissed')
    ON CONFLICT DO NOTHING
"""

# All of its answers are there: the pay can be decided, and what comes after it.
_FREE = """
    UPDATE orders_command SET state = 'pending', blocked_by_id = NULL, ring_at = %(now)s + interval '3 seconds'
    WHERE order_id = %(order_id)s
        AND ((id = %(command_id)s AND state = 'awaiting') OR (blocked_by_id = %(command_id)s AND state = 'pending'))
        AND EXISTS (SELECT FROM orders_command WHERE id = %(command_id)s AND state = 'awaiting')
        AND NOT EXISTS (
            SELECT FROM orders_authorization WHERE command_id = %(command_id)s AND state = 'requested'
        )
"""

_FAILED = """
    UPDATE orders_authorization SET lease_until = NULL, last_error = %(error)s, next_attempt_at = %(next_attempt_at)s
    WHERE id = %(id)s AND state = 'requested' AND lease_until = %(lease_until)s
"""

_PARK = """
    WITH parked AS (
        UPDATE orders_command SET state = 'parked', last_error = %(error)s
        WHERE id = %(command_id)s AND state = 'awaiting' AND EXISTS (
            SELECT FROM orders_authorization
            WHERE id = %(id)s AND state = 'requested' AND lease_until = %(lease_until)s
        )
        RETURNING id
    )
    UPDATE orders_authorization SET next_attempt_at = NULL, lease_until = NULL, last_error = %(error)s
    WHERE id = %(id)s AND EXISTS (SELECT FROM parked)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorization to ask for. `attempts`: how many there were since an operator last looked at it, this one
    included; `asked_before_at`: when the provider was first asked, None where it never was; `key`: what it knows this
    by, the same again after a restore."""

    id: UUID
    command_id: UUID
    order_id: UUID
    attempts: int
    provider: str
    token: str
    amount_minor: int
    currency: str
    asked_before_at: datetime | None
    store_code: str
    order_number: str
    key: str


def await_answers(awaiting: Sequence[Awaiting], *, now: datetime) -> None:
    """Within the batch's transaction, under the locks of its orders. One statement."""
    sets = {"requested": list(_requested(awaiting)), "commands": list(_held_up(awaiting))}
    params = {name: to_json(rows).decode() for name, rows in sets.items()}
    cursor().execute(_AWAIT, {**params, "now": now}, prepare=True)


def lease_due(*, limit: int, now: datetime, until: datetime) -> list[Asked]:
    """Up to `limit` authorizations to ask for, for this caller until then."""
    names = list(Asked.__dataclass_fields__)
    rows = cursor().execute(_LEASE, {"limit": limit, "now": now, "until": until})
    return [Asked(**dict(zip(names, row, strict=True))) for row in rows]


def answered(
    asked: Asked,
    state: AuthorizationState,
    *,
    reference: str = "",
    detail: str = "",
    lease_until: datetime,
    now: datetime,
) -> bool:
    """Store the answer; whether that freed the command, which has to be rung for now. Locks the order."""
    params = {"command_id": asked.command_id, "order_id": asked.order_id, "now": now}
    answer = {"id": asked.id, "state": state, "reference": reference, "detail": detail, "lease_until": lease_until}
    with transaction.atomic():
        cursor().execute(_LOCK_ORDER, (asked.order_id,))
        if cursor().execute(_ANSWER, {**answer, "now": now}).rowcount == 0:
            return False
        cursor().execute(VOID_UNWANTED, params)
        return cursor().execute(_FREE, params).rowcount > 0


def failed(one: Failure[Asked], *, lease_until: datetime) -> None:
    params = {"id": one.item.id, "error": one.error, "next_attempt_at": one.next_attempt_at}
    cursor().execute(_FAILED, {**params, "lease_until": lease_until})


def park(asked: Asked, *, error: str, lease_until: datetime) -> bool:
    """Set the waiting command aside for an operator; whether it still waited. Locks the order."""
    with transaction.atomic():
        cursor().execute(_LOCK_ORDER, (asked.order_id,))
        params = {"id": asked.id, "command_id": asked.command_id, "error": error, "lease_until": lease_until}
        return cursor().execute(_PARK, params).rowcount > 0


def _requested(awaiting: Iterable[Awaiting]) -> Iterator[dict[str, Any]]:
    for waits in awaiting:
        for one in waits.requested:
            yield {
                "id": one.id,
                "store_id": waits.command.store_id,
                "order_id": waits.command.order_id,
                "command_id": waits.command.id,
                "position": one.position,
                "provider": one.provider,
                "token": one.token,
                "amount_minor": one.amount_minor,
            }


def _held_up(awaiting: Iterable[Awaiting]) -> Iterator[dict[str, Any]]:
    for waits in awaiting:
        for one in waits.states():
            yield {"id": one.command_id, "state": one.state, "blocked_by": one.blocked_by}
