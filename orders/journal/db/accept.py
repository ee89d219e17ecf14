"""Accepting commands: the journal takes them in, each key once. The one way into it, for terminals and for tasks.

A command is a row of `orders_command`. Once it is stored its sender is answered, and it will be carried out, whatever
breaks then: nobody needs the ring that follows, since the sweeper rings again for what is still pending.

Nothing is locked that a worker would wait for, and nobody waits for a worker: what else an order's commands will come
to is not looked at here. Where the key was used before, or the store has no such order, nothing is stored, and the
caller looks up which it is. Of two requests with one key at the same time, the second waits for the first to commit and
stores nothing. A deadlock is tried again at once; with any other fault of the database nothing was stored as far as the
sender knows, and sending the same key again does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.errors import IntegrityConstraintViolation
from pydantic_core import to_json

from base.sql.retry_transient import again
from base.sql.sets import cursor, first_row, one_line
from orders.commands.core.caller import Caller, Sender
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, fingerprint_of_command
from orders.journal.db.payloads import Made, json_of
from orders.sales.db.create import NEW_ORDERS, NewOrder, as_json
from orders.terminals.db.reads import STILL_SO, as_known

# When the sweeper rings for a command whose ring was lost.
_RING_AGAIN_AFTER = "interval '3 seconds'"

_COLUMN_NAMES = """id, store_id, terminal_id, issued_by, key, fingerprint, kind, order_id, drawer_id, payload,
    state, sequence, attempts, last_error, ring_at, accepted_at"""
_COLUMNS = f"INSERT INTO orders_command ({_COLUMN_NAMES})"
_PENDING = f"0, '', now() + {_RING_AGAIN_AFTER}, now()"

_FOR_ORDER = f"""{_COLUMNS}
SELECT %(id)s, store_id, %(terminal_id)s, %(issued_by)s, %(key)s, %(fingerprint)s, %(kind)s, id, NULL,
    %(payload)s::jsonb, 'pending', %(sequence)s, {_PENDING}
FROM orders_order WHERE id = %(order_id)s AND store_id = %(store_id)s"""
_UNLESS_STORED = """
ON CONFLICT (terminal_id, key) WHERE key_freed_at IS NULL DO NOTHING RETURNING accepted_at, (
    SELECT id FROM orders_command AS blocking
    WHERE blocking.state IN ('parked', 'awaiting') AND blocking.order_id = %(order_id)s LIMIT 1
)
"""
_ACCEPT_FOR_ORDER = f"{_FOR_ORDER} {_UNLESS_STORED}"
_ACCEPT_IF_STILL_SO = one_line(f"{_FOR_ORDER} AND {STILL_SO} {_UNLESS_STORED}")

_ACCEPT_WITHOUT_ORDER = f"""{_COLUMNS}
VALUES (%(id)s, %(store_id)s, %(terminal_id)s, %(issued_by)s, %(key)s, %(fingerprint)s, %(kind)s, NULL,
    %(drawer_id)s, %(payload)s::jsonb, 'pending', %(sequence)s, {_PENDING})
ON CONFLICT (terminal_id, key) WHERE key_freed_at IS NULL DO NOTHING RETURNING accepted_at, NULL::uuid
"""

# An order that goes with its command must be the order that it describes, and not one of another request that chose
# the same id. A set travels as one JSON parameter: cheaper than an array a column. New orders are looked up in a hash
# table, known ones by their key; joins would compare each command with each (connections plan without hash joins).
# Whoever takes the same ids and keys takes them in the same order, whatever the order of the items: orders first, by
# id, then commands, by key. The journal's order is the items' own.
_ACCEPT_MANY = one_line(f"""
WITH {NEW_ORDERS}, given_command AS MATERIALIZED (
    SELECT *, nextval('orders_command_seq') AS seq
    FROM json_to_recordset(%(commands)s::json) AS given (position int, id uuid, key text, fingerprint text,
        kind text, order_id uuid, order_fingerprint text, drawer_id bigint, payload text, sequence bigint)
    ORDER BY position
), given AS (
    SELECT given_command.*, (order_id IN (SELECT id FROM new_order)) IS TRUE AS with_new_order, (
        SELECT store_id FROM orders_order
        WHERE id = given_command.order_id AND store_id = coalesce(%(store_id)s, store_id)
            AND fingerprint = coalesce(decode(given_command.order_fingerprint, 'hex'), fingerprint)
    ) AS order_store_id
    FROM given_command
), accepted AS (
    INSERT INTO orders_command ({_COLUMN_NAMES}, seq)
    SELECT id, coalesce(order_store_id, %(store_id)s), %(terminal_id)s, %(created_by)s, key, decode(fingerprint, 'hex'),
        kind, order_id, drawer_id, payload::jsonb, 'pending', sequence, {_PENDING}, seq
    FROM given
    WHERE order_id IS NULL OR with_new_order OR order_store_id IS NOT NULL
    ORDER BY key
    ON CONFLICT (terminal_id, key) WHERE key_freed_at IS NULL DO NOTHING RETURNING id, order_id, accepted_at
)
SELECT id, accepted_at FROM accepted
UNION ALL
SELECT NULL, ringup_refuse_orders_alone(ids) FROM (
    SELECT array_agg(id) AS ids FROM new_order WHERE (id IN (SELECT order_id FROM accepted)) IS NOT TRUE
) AS alone WHERE ids IS NOT NULL
""")


# In the transaction that settles them.
_ACCEPT_MADE = f"""{_COLUMNS}
SELECT id, store_id, NULL, issued_by, key, decode(fingerprint, 'hex'), kind, order_id, NULL, payload, 'pending',
    NULL, {_PENDING}
FROM json_to_recordset(%(commands)s::json) AS given (id uuid, store_id bigint, issued_by text, key text,
    fingerprint text, kind text, order_id uuid, payload jsonb)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`payload`: JSON. `order_fingerprint`: of the order that goes with it, where it brings one. `sequence`: the
    terminal's own count, if it keeps one. `drawer_id`: of a drawer's command, the terminal whose drawer it is."""

    id: UUID
    key: str
    kind: Kind
    order_id: UUID | None
    payload: bytes
    fingerprint: bytes
    order_fingerprint: bytes | None = None
    sequence: int | None = None
    drawer_id: int | None = None


class Accepted(NamedTuple):
    """`blocked_by`: what it waits behind, as far as that was to be seen."""

    at: datetime
    blocked_by: UUID | None


@again
def accept(caller: Sender, submission: Submission, *, still: bytes | None = None) -> Accepted | None:
    """Store the command; None, and nothing stored, where the store has no such order or the key was used before.

    `still`: the hash of the caller's key, where nobody has looked yet whether he still holds it, for a command on an
    order: None and nothing stored also where he does not. It may then be the first statement of a call.
    """
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
        "sequence": submission.sequence,
        "drawer_id": submission.drawer_id,
    }
    if still:
        assert isinstance(caller, Caller)
        assert submission.order_id
        row = first_row(_ACCEPT_IF_STILL_SO, {**params, **as_known(caller, still)})
    else:
        sql = _ACCEPT_WITHOUT_ORDER if submission.order_id is None else _ACCEPT_FOR_ORDER
        row = cursor().execute(sql, params).fetchone()
    return Accepted(*row) if row else None


@again
def accept_many(
    caller: Sender, submissions: Sequence[Submission], *, orders: Sequence[NewOrder] = ()
) -> dict[UUID, datetime]:
    """Create the orders and store what can be stored, in the order given: command id -> instant.

    An order is made with a command, or not at all: where the keys of all its commands were taken by somebody else at
    the same time, the statement fails, nothing of it has happened, and it is sent again without that order. So one
    statement is all of a transaction, which takes neither a begin nor an end.
    """
    scope = {"store_id": caller.store_id, "terminal_id": caller.terminal_id, "created_by": caller.name}
    while True:
        try:
            return _accept_many(submissions, orders, **scope)
        except IntegrityConstraintViolation as error:
            alone = {UUID(id_) for id_ in (error.diag.message_detail or "").split()}
            if not alone:
                raise
        orders = [order for order in orders if order.id not in alone]
        submissions = [one for one in submissions if one.order_id not in alone]


def accept_system(submissions: Sequence[Submission], *, issued_by: str, store_id: int | None = None) -> list[UUID]:
    """Store a task's commands on orders of any store, or stock commands of one; their keys share one scope.

    Returns the ids of the new ones.
    """
    scope = {"store_id": store_id, "terminal_id": None, "created_by": issued_by}
    return list(_accept_many(submissions, (), **scope))


def accept_made(commands: Sequence[Command]) -> None:
    """Store commands that a batch made itself, in the transaction that settles them."""
    if commands:
        cursor().execute(_ACCEPT_MADE, {"commands": to_json([_made(command) for command in commands]).decode()})


def _made(command: Command) -> dict[str, Any]:
    assert isinstance(command.payload, Made)
    payload = json_of(command.payload)
    return {
        "id": command.id,
        "store_id": command.store_id,
        "issued_by": command.issued_by,
        "key": f"{command.issued_by}:{command.id}",
        "fingerprint": fingerprint_of_command(command.kind, command.order_id, to_json(payload)).hex(),
        "kind": command.kind,
        "order_id": command.order_id,
        "payload": payload,
    }


def _accept_many(submissions: Sequence[Submission], orders: Sequence[NewOrder], **scope: Any) -> dict[UUID, datetime]:
    commands = to_json([_command(position, given) for position, given in enumerate(submissions)]).decode()
    params = {**scope, "orders": as_json(orders), "commands": commands}
    return dict(cursor().execute(_ACCEPT_MANY, params).fetchall())


def _command(position: int, given: Submission) -> dict[str, Any]:
    return {
        "position": position,
        "id": given.id,
        "key": given.key,
        "fingerprint": given.fingerprint.hex(),
        "kind": given.kind,
        "order_id": given.order_id,
        "order_fingerprint": given.order_fingerprint.hex() if given.order_fingerprint else None,
        "payload": given.payload.decode(),
        "sequence": given.sequence,
        "drawer_id": given.drawer_id,
    }
