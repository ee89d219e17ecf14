"""Instructions: written with the batch that they follow from, leased by whoever carries them out, and noted when done.

One waits for the instructions of its order that come before it. Only the holder of a lease writes what became of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from base.outside.lease_loop import Failure, Fate
from base.outside.pages import READ_MAX, Due, Page, behind, place_of
from base.sql.sets import cursor
from orders.payments.core.instructions import Instructed, InstructionKind, InstructionState

_INSTRUCT = """
    INSERT INTO orders_paymentinstruction (store_id, order_id, authorization_id, command_id, kind, amount_minor,
        created_at, next_attempt_at)
    SELECT given.*, %(now)s, %(now)s
    FROM json_to_recordset(%(instructed)s::json) AS given (store_id bigint, order_id uuid, authorization_id uuid,
        command_id uuid, kind text, amount_minor bigint)
"""

# By the index of the same columns: what is passed over is read once a run, not once for each lease.
_PAGE = f"""
    SELECT id, state, next_attempt_at FROM orders_paymentinstruction
    WHERE state = 'pending' AND next_attempt_at <= %(now)s AND (next_attempt_at, id) > (%(after_at)s, %(after_number)s)
    ORDER BY next_attempt_at, id LIMIT {READ_MAX}
"""
_PAGE_END = f"SELECT next_attempt_at, id FROM ({_PAGE}) AS page OFFSET {READ_MAX - 1}"

# What the page was read by stands here as the page's: by a constant the planner would look for the row anew, and go
# through all that is due for each of a page while it believes that to be little.
_IS_NEXT = """
    instruction.state = page.state AND instruction.next_attempt_at = page.next_attempt_at
    AND (instruction.lease_until IS NULL OR instruction.lease_until <= %(now)s)
    AND NOT EXISTS (
        SELECT FROM orders_paymentinstruction AS earlier
        WHERE earlier.order_id = instruction.order_id AND earlier.id < instruction.id AND earlier.state <> 'done'
    )
"""

_LOOK = f"""
    SELECT EXISTS (
        SELECT FROM ({_PAGE}) AS page JOIN orders_paymentinstruction AS instruction ON instruction.id = page.id
        WHERE {_IS_NEXT}
    ), page_end.*
    FROM (SELECT 1) AS once LEFT JOIN ({_PAGE_END}) AS page_end ON true
"""

# SKIP LOCKED: two relays take different ones. An attempt counts from its beginning: it may kill who makes it.
_LEASE = f"""
    WITH due AS MATERIALIZED (
        SELECT page.id, page.next_attempt_at, instruction.asked_at
        FROM ({_PAGE}) AS page JOIN orders_paymentinstruction AS instruction ON instruction.id = page.id
        WHERE {_IS_NEXT}
        ORDER BY page.next_attempt_at, page.id LIMIT %(limit)s FOR NO KEY UPDATE OF instruction SKIP LOCKED
    ), leased AS (
        UPDATE orders_paymentinstruction AS instruction
        SET lease_until = %(until)s, attempts = instruction.attempts + 1,
            asked_at = coalesce(instruction.asked_at, %(now)s)
        FROM due, orders_authorization AS asked, orders_command AS command, orders_command AS asking
        WHERE instruction.id = due.id AND asked.id = instruction.authorization_id
            AND command.id = instruction.command_id AND asking.id = asked.command_id
        RETURNING due.next_attempt_at, instruction.id, instruction.authorization_id,
            concat_ws('/',
                ringup_lasting_id(asking.terminal_id, asking.key, asking.order_id, asking.id), asked.position,
                instruction.kind, ringup_lasting_id(command.terminal_id, command.key, command.order_id, command.id)),
            instruction.attempts, instruction.kind, instruction.amount_minor, asked.currency, asked.provider,
            asked.reference, due.asked_at IS NOT NULL OR command.payload ->> 'printed_number' IS NOT NULL
    )
    SELECT page_end.*, leased.*
    FROM (SELECT 1) AS once LEFT JOIN ({_PAGE_END}) AS page_end ON true LEFT JOIN leased ON true
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
    included; `reference`: the authorization's; `was_asked`: the provider may have carried it out already; `key`: what
    it knows this by, the same again after a restore."""

    id: int
    authorization_id: UUID
    key: str
    attempts: int
    kind: InstructionKind
    amount_minor: int
    currency: str
    provider: str
    reference: str
    was_asked: bool


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


def look(now: datetime, after: Due | None) -> Page[bool, Due]:
    """Without a lock: whether `lease_due` would find some of the next that are due. It goes on there until they are
    taken."""
    row = cursor().execute(_LOOK, {"now": now, **behind(after)}).fetchone()
    assert row
    is_found, *end = row
    return ([True], after) if is_found else ([], place_of(*end))


def lease_due(after: Due | None, *, limit: int, now: datetime, until: datetime) -> Page[Leased, Due]:
    """Up to `limit` instructions, of the next that are due; each the first of its order that is not done, and for this
    caller until then."""
    rows = cursor().execute(_LEASE, {"limit": limit, "now": now, "until": until, **behind(after)}).fetchall()
    found = [row[2:] for row in rows if row[2] is not None]
    place = max((at, id_) for at, id_, *_ in found) if len(found) == limit else place_of(*rows[0][:2])
    names = list(Leased.__dataclass_fields__)
    leased = [dict(zip(names, row, strict=True)) for _, *row in found]
    return [Leased(**{**one, "kind": InstructionKind(one["kind"])}) for one in leased], place


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
