"""Instructions: written with the batch that they follow from, leased by whoever carries them out, and noted when done.

One waits for the instructions of its order that come before it. Only the holder of a lease writes what became of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from base.outside.lease_loop import Failure, Fate
from base.sql.sets import cursor
from orders.payments.core.instructions import Instructed, InstructionKind, InstructionState

_INSTRUCT = """
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at)
    SELECT given.*, %(now)s, %(now)s
    FROM json_to_recordset(%(instructed)s::json) AS given (store_id bigint, order_id uuid, authorization_id uuid,
        command_id uuid, kind text, amount_minor bigint)
"""

# SKIP LOCKED: two relays take different ones. An attempt counts from its beginning: it may kill who makes it.
_LEASE = """
    WITH due AS MATERIALIZED (
        SELECT id, asked_at FROM orders_paymentinstruction AS instruction
        WHERE state = 'pending' AND next_attempt_at <= %(now)s
            AND (lease_until IS NULL OR lease_until <= %(now)s)
            AND NOT EXISTS (
                SELECT FROM orders_paymentinstruction AS earlier
                WHERE earlier.order_id = instruction.order_id AND earlier.id < instruction.id
                    AND earlier.state <> 'done'
            )
        ORDER BY next_attempt_at, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders_paymentinstruction AS instruction SET lease_until = %(until)s, attempts = instruction.attempts + 1,
        asked_at = coalesce(instruction.asked_at, %(now)s)
    FROM due, orders_authorization AS asked
    WHERE instruction.id = due.id AND asked.id = instruction.authorization_id
    RETURNING instruction.id, instruction.authorization_id, instruction.command_id, instruction.attempts,
        instruction.kind, instruction.amount_minor, asked.currency, asked.provider, asked.reference,
        due.asked_at IS NOT NULL
"""

_DONE = """
    UPDATE orders_paymentinstruction
    SET state = 'done', done_at = %(now)s, reference = %(reference)s, lease_until = NULL, last_error = ''
    WHERE id = %(id)s AND state = 'pending' AND lease_until = %(lease_until)s
"""

_FAILED = """
    UPDATE orders_paymentinstruction
    SET state = %(state)s, last_error = %(error)s, next_attempt_at = %(next_attempt_at)s, lease_until = NULL
    WHERE id = %(id)s AND state = 'pending' AND lease_until = %(lease_until)s
"""

_RETRY = """
    WITH again AS (
        UPDATE orders_paymentinstruction SET state = 'pending', attempts = 0, next_attempt_at = %(now)s
        WHERE id = ANY(%(ids)s) AND state = 'parked'
        RETURNING id, store_id
    )
    INSERT INTO orders_repair (store_id, instruction_id, act, by, reason, at)
    SELECT store_id, id, 'retry', %(by)s, %(reason)s, %(now)s FROM again
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """An instruction to carry out. `attempts`: how many there were since an operator last looked at it, this one
    included; `reference`: the authorization's; `was_asked`: the provider may have carried it out already."""

    id: int
    authorization_id: UUID
    command_id: UUID
    attempts: int
    kind: InstructionKind
    amount_minor: int
    currency: str
    provider: str
    reference: str
    was_asked: bool

    @property
    def key(self) -> str:
        return f"{self.authorization_id}/{self.kind}/{self.command_id}"


def instruct(instructed: Sequence[Instructed], *, now: datetime) -> None:
    """Within the batch's transaction. One statement."""
    rows = [
        {
            "store_id": one.command.store_id,
            "order_id": one.command.order_id,
            "authorization_id": one.authorization_id,
            "command_id": one.command.id,
            "kind": one.kind,
            "amount_minor": one.amount_minor,
        }
        for one in instructed
    ]
    cursor().execute(_INSTRUCT, {"instructed": to_json(rows).decode(), "now": now}, prepare=True)


def lease_due(*, limit: int, now: datetime, until: datetime) -> list[Leased]:
    """Up to `limit` instructions, each the first of its order that is not done; for this caller until then."""
    names = list(Leased.__dataclass_fields__)
    rows = cursor().execute(_LEASE, {"limit": limit, "now": now, "until": until})
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [Leased(**{**one, "kind": InstructionKind(one["kind"])}) for one in found]


def done(leased: Leased, *, reference: str, lease_until: datetime, now: datetime) -> bool:
    """Whether it was still this caller's."""
    params = {"id": leased.id, "reference": reference, "lease_until": lease_until, "now": now}
    return cursor().execute(_DONE, params).rowcount > 0


def failed(one: Failure[Leased], *, lease_until: datetime) -> None:
    """Tried again later, or parked: refused is parked too."""
    state = InstructionState.PENDING if one.fate is Fate.LATER else InstructionState.PARKED
    params = {"error": one.error, "next_attempt_at": one.next_attempt_at, "lease_until": lease_until}
    cursor().execute(_FAILED, {"id": one.item.id, "state": state, **params})


def retry_instructions(instruction_ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
    """Parked instructions are pending again, and who wanted that is kept; how many were parked."""
    given = {"ids": list(instruction_ids), "by": by, "reason": reason, "now": now}
    return cursor().execute(_RETRY, given).rowcount
