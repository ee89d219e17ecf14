"""Commands as the outside sees them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from base.sql.sets import cursor, dicts
from orders.commands.core.caller import Sender
from orders.commands.core.outcomes import CommandState

_STANDING = """
    id, kind, state, order_id, key AS idempotency_key, sequence, accepted_at, settled_at, attempts,
    CASE WHEN state = 'pending' THEN coalesce(blocked_by_id, (
        SELECT id FROM orders_command AS blocking
        WHERE blocking.state IN ('parked', 'awaiting') AND blocking.order_id = command.order_id LIMIT 1
    )) END AS blocked_by, outcome_code
"""

_COLUMNS = f"{_STANDING}, outcome::text AS outcome, result::text AS result"

_BY_ID = f"SELECT {_COLUMNS} FROM orders_command AS command WHERE id = ANY(%b) AND store_id = %s"

_BY_KEYS = f"""
    SELECT {_COLUMNS} FROM orders_command AS command WHERE terminal_id = %s AND key = ANY(%b) AND key_freed_at IS NULL
"""

# As they are stored, compressed: nothing has to be read for it.
_BYTES = "coalesce(pg_column_size(outcome), 0) + coalesce(pg_column_size(result), 0)"

_BYTES_BY_KEYS = f"""
    SELECT key, {_BYTES} FROM orders_command WHERE terminal_id = %s AND key = ANY(%b) AND key_freed_at IS NULL
"""

_IN_TURN = f"""
    WITH command AS (
        SELECT *, {_BYTES} AS bytes, place = 1 OR sum({_BYTES}) OVER (ORDER BY place) <= %(bytes_max)s AS fits
        FROM unnest(%(ids)b::uuid[]) WITH ORDINALITY AS given (given_id, place)
        JOIN orders_command ON id = given_id AND store_id = %(store_id)s
    )
    SELECT {_STANDING}, bytes, fits, CASE WHEN fits THEN outcome::text END AS outcome,
        CASE WHEN fits THEN result::text END AS result
    FROM command
"""

_KNOWN = """
    SELECT key, id, kind, order_id, fingerprint FROM orders_command
    WHERE {sender} AND key = ANY(%(keys)b) AND key_freed_at IS NULL
"""
# Two texts, since of `IS NOT DISTINCT FROM` no index knows.
_KNOWN_OF_TERMINAL = _KNOWN.format(sender="terminal_id = %(terminal_id)s")
_KNOWN_OF_NO_TERMINAL = _KNOWN.format(sender="terminal_id IS NULL")

# As many as are stored in so many bytes together, at least one: a payload may be as long as a whole import.
_PAYLOADS = """
    SELECT id, payload::text FROM (
        SELECT id, payload, sum(pg_column_size(payload)) OVER place <= %(bytes_max)s OR row_number() OVER place = 1
            AS fits
        FROM orders_command WHERE id = ANY(%(ids)b) WINDOW place AS (ORDER BY seq)
    ) AS command WHERE fits
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal holds under a key. Its fingerprint tells whether it asks for the same; its payload is read only
    to tell a till what differs."""

    id: UUID
    kind: str
    order_id: UUID | None
    fingerprint: bytes


def commands_by_id(store_id: int, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    return {row["id"]: _shaped(row) for row in dicts(_BY_ID, (list(ids), store_id))}


def commands_in_turn(store_id: int, ids: Collection[UUID], *, bytes_max: int) -> dict[UUID, dict[str, Any]]:
    """With `bytes`, how much is stored of outcome and result. Only the first ones, in the order of `ids`, have these:
    as many as are stored in no more than that together, at least one. One statement."""
    rows = dicts(_IN_TURN, {"ids": list(ids), "store_id": store_id, "bytes_max": bytes_max})
    return {row["id"]: _shaped(row) if row.pop("fits") else row for row in rows}


def command_by_id(store_id: int, command_id: UUID) -> dict[str, Any] | None:
    return commands_by_id(store_id, [command_id]).get(command_id)


def commands_by_key(terminal_id: int, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """A key's scope is its terminal."""
    return {row["idempotency_key"]: _shaped(row) for row in dicts(_BY_KEYS, (terminal_id, list(keys)))}


def bytes_by_key(terminal_id: int, keys: Collection[str]) -> dict[str, int]:
    """How much is stored of the outcome and the result of each command."""
    return dict(cursor().execute(_BYTES_BY_KEYS, (terminal_id, list(keys))).fetchall())


def command_by_key(terminal_id: int, key: str) -> dict[str, Any] | None:
    return commands_by_key(terminal_id, [key]).get(key)


def known_by_key(sender: Sender, keys: Iterable[str]) -> dict[str, Known]:
    """The commands that this terminal submitted under these keys, or whoever has none: they share one scope."""
    sql = _KNOWN_OF_NO_TERMINAL if sender.terminal_id is None else _KNOWN_OF_TERMINAL
    return {
        key: Known(id_, kind, order_id, bytes(fingerprint))
        for key, id_, kind, order_id, fingerprint in cursor().execute(
            sql, {"terminal_id": sender.terminal_id, "keys": list(keys)}
        )
    }


def payloads(ids: Collection[UUID], *, bytes_max: int) -> dict[UUID, dict[str, Any]]:
    """The first ones that were stored in no more than that together, at least one."""
    rows = cursor().execute(_PAYLOADS, {"ids": list(ids), "bytes_max": bytes_max})
    return {id_: from_json(payload) for id_, payload in rows}


def pending(row: dict[str, Any]) -> dict[str, Any]:
    """The shape of a command that was stored just now; `row`: its id, kind, order, key, sequence, instant, and what
    it waits behind."""
    return {
        "id": row["id"],
        "kind": row["kind"],
        "state": "pending",
        "order_id": row["order_id"],
        "idempotency_key": row["idempotency_key"],
        "sequence": row["sequence"],
        "accepted_at": row["accepted_at"],
        "settled_at": None,
        "attempts": 0,
        "blocked_by": row["blocked_by"],
        "detail": _told(CommandState.PENDING, is_blocked=row["blocked_by"] is not None),
        "outcome": None,
        "result": None,
        "repairs": None,
    }


def settled(stored: dict[str, Any], said: bytes) -> dict[str, Any]:
    """A command that was stored just now, as it is read once it is settled: `said`, see `orders.journal.db.rows`."""
    state, code, settled_at, outcome, result = from_json(said)
    return {
        **stored,
        "state": state,
        "settled_at": datetime.fromisoformat(settled_at),
        "blocked_by": None,
        "detail": None,
        "outcome": {"code": code, **outcome},
        "result": result,
    }


def _shaped(row: dict[str, Any]) -> dict[str, Any]:
    code, outcome, result = row.pop("outcome_code"), row.pop("outcome"), row.pop("result")
    row["detail"] = _told(CommandState(row["state"]), is_blocked=row["blocked_by"] is not None)
    row["outcome"] = {"code": code, **from_json(outcome)} if code else None
    row["result"] = from_json(result) if result else None
    row["repairs"] = None
    return row


def _told(state: CommandState, *, is_blocked: bool) -> str | None:
    """What a cashier may be told while the command is not settled."""
    match state:
        case CommandState.PARKED:
            return "An operator has to look at it. Do not take the money twice."
        case CommandState.AWAITING:
            return "The payment provider is being asked."
        case CommandState.PENDING if is_blocked:
            return "It waits for an earlier command of its order."
        case CommandState.PENDING:
            return "It will be carried out in a moment."
    return None
