"""What a drawer's command leaves: the drawer opened, moved or closed, and the command settled with it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import cursor
from base.worker_name import worker_name
from orders.commands.core.outcomes import Code, CommandState, Rejection
from orders.commands.core.rule import Posting
from orders.commands.core.tenders import EntryKind
from orders.drawers.core.figures import Unsettled
from orders.drawers.db.told import Json, stored
from orders.drawers.db.turn import ON_ITS_WAY, UNCLOSED, UNSETTLED, DrawerRow, NextCommand

# In one statement, and so as of one instant: what is on its way, and what was taken before the opening.
_BEFORE_OPENING = f"""
    WITH earlier AS MATERIALIZED ({ON_ITS_WAY})
    SELECT (SELECT json_agg(order_id) FROM earlier), (
        SELECT coalesce(sum(CASE payment.kind WHEN 'refund' THEN -amount_minor ELSE amount_minor END), 0)::bigint
        FROM (SELECT id, order_id FROM orders_command WHERE {UNCLOSED}) AS taken
        JOIN orders_payment AS payment ON payment.order_id = taken.order_id AND payment.command_id = taken.id
    )
"""

# The same of a closing, which takes what is in none yet. Whatever is settled after this instant is the next one's.
_TAKE = f"""
    WITH earlier AS MATERIALIZED ({ON_ITS_WAY}), taken AS (
        UPDATE orders_command SET closing_id = %(closing_id)s
        WHERE {UNCLOSED} AND NOT EXISTS (SELECT FROM earlier) RETURNING id
    )
    SELECT (SELECT json_agg(order_id) FROM earlier), (SELECT array_agg(id) FROM taken),
        (SELECT json_agg(json_build_array(id, kind, state, order_id) ORDER BY seq) FROM ({UNSETTLED}) AS unsettled)
"""

_LOOK = f"""
    SELECT (SELECT array_agg(id) FROM orders_command WHERE {UNCLOSED}),
        (SELECT json_agg(json_build_array(id, kind, state, order_id) ORDER BY seq) FROM ({UNSETTLED}) AS unsettled)
"""

_OPEN = """
    UPDATE orders_drawer SET opened_at = %(now)s, opened_seq = %(seq)s, float_minor = %(float_minor)s,
        before_opening_minor = %(before_opening_minor)s
    WHERE terminal_id = %(terminal_id)s
"""

_MOVE = """
    INSERT INTO orders_drawermovement (store_id, terminal_id, command_id, amount_minor, reason, at)
    VALUES (%(store_id)s, %(terminal_id)s, %(command_id)s, %(amount_minor)s, %(reason)s, %(now)s)
"""

_CLOSE = """
    WITH closing AS (
        INSERT INTO orders_closing (id, store_id, terminal_id, number, command_id, opened_seq, closed_seq, closed_at,
            figures, hash)
        VALUES (%(id)s, %(store_id)s, %(terminal_id)s, %(number)s, %(command_id)s, %(opened_seq)s, %(closed_seq)s,
            %(now)s, %(figures)s::jsonb, %(hash)s)
    ), moved AS (
        UPDATE orders_drawermovement SET closing_id = %(id)s
        WHERE terminal_id = %(terminal_id)s AND closing_id IS NULL
    )
    UPDATE orders_drawer SET opened_at = NULL, opened_seq = NULL, float_minor = 0, before_opening_minor = 0,
        last_number = %(number)s, last_sequence = %(last_sequence)s
    WHERE terminal_id = %(terminal_id)s
"""

_ENTRY = """
    INSERT INTO orders_journalentry (id, store_id, closing_id, command_id, kind, currency, day, postings,
        next_attempt_at, created_at)
    VALUES (%(id)s, %(store_id)s, %(closing_id)s, %(command_id)s, %(kind)s, %(currency)s, %(day)s, %(postings)s::jsonb,
        %(now)s, %(now)s)
"""

_LAST_HASH = "SELECT hash FROM orders_closing WHERE terminal_id = %s AND number = %s"

_SETTLE = """
    UPDATE orders_command SET state = %(state)s, outcome_code = %(code)s, outcome = %(outcome)s::jsonb,
        result = %(result)s::jsonb, settled_at = %(now)s, worker = %(worker)s
    WHERE id = %(id)s AND state = 'pending'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`earlier`: orders whose commands are on their way and come first; then nothing was taken."""

    earlier: Sequence[UUID]
    commands: Sequence[UUID] = ()
    unsettled: Sequence[Unsettled] = ()


def look_before_opening(drawer_id: int, seq: int) -> tuple[Sequence[UUID], int]:
    """Orders whose commands come first; what was taken since the closing before, payments less refunds."""
    row = cursor().execute(_BEFORE_OPENING, {"drawer_id": drawer_id, "seq": seq}).fetchone()
    assert row is not None
    return _ids(row[0]), row[1]


def take(drawer_id: int, seq: int, *, closing_id: UUID) -> Taken:
    row = cursor().execute(_TAKE, {"drawer_id": drawer_id, "seq": seq, "closing_id": closing_id}).fetchone()
    assert row is not None
    earlier, commands, unsettled = row
    return Taken(earlier=_ids(earlier), commands=commands or [], unsettled=_unsettled(unsettled))


def look(drawer_id: int) -> Taken:
    """What a closing would take now."""
    row = cursor().execute(_LOOK, {"drawer_id": drawer_id, "seq": 2**63 - 1}).fetchone()
    assert row is not None
    return Taken(earlier=[], commands=row[0] or [], unsettled=_unsettled(row[1]))


def save_opened(drawer: DrawerRow, command: NextCommand, *, float_minor: int, before_minor: int, now: datetime) -> None:
    given = {"float_minor": float_minor, "before_opening_minor": before_minor}
    cursor().execute(_OPEN, {"terminal_id": drawer.terminal_id, "seq": command.seq, "now": now, **given})


def save_moved(drawer: DrawerRow, command: NextCommand, *, amount_minor: int, reason: str, now: datetime) -> None:
    moved = {"amount_minor": amount_minor, "reason": reason, "now": now}
    of = {"store_id": command.store_id, "terminal_id": drawer.terminal_id, "command_id": command.id}
    cursor().execute(_MOVE, {**of, **moved})


def save_closed(
    drawer: DrawerRow, command: NextCommand, *, closing_id: UUID, figures: Json, last_sequence: int, now: datetime
) -> None:
    """`figures`: with their hash."""
    closing = {
        "id": closing_id,
        "store_id": command.store_id,
        "terminal_id": drawer.terminal_id,
        "number": drawer.last_number + 1,
        "command_id": command.id,
        "opened_seq": drawer.opened_seq,
        "closed_seq": command.seq,
        "now": now,
        "figures": to_json(stored(figures)).decode(),
        "hash": figures["hash"],
        "last_sequence": last_sequence,
    }
    cursor().execute(_CLOSE, closing)


def save_entry(
    command: NextCommand, postings: Sequence[Posting], *, closing_id: UUID, id_: UUID, day: date, now: datetime
) -> None:
    entry = {
        "id": id_,
        "store_id": command.store_id,
        "closing_id": closing_id,
        "command_id": command.id,
        "kind": EntryKind.CLOSING,
        "currency": command.currency,
        "day": day,
        "postings": to_json(postings).decode(),
        "now": now,
    }
    cursor().execute(_ENTRY, entry)


def last_hash(drawer: DrawerRow) -> str | None:
    row = cursor().execute(_LAST_HASH, (drawer.terminal_id, drawer.last_number)).fetchone()
    return row[0] if row else None


def settle(command: NextCommand, outcome: Rejection | Json, *, now: datetime) -> None:
    """`outcome`: why it is refused, or its result."""
    settled: Json = {"id": command.id, "now": now, "worker": worker_name(os.getpid())}
    if isinstance(outcome, Rejection):
        told, settled["result"] = outcome.detail, None
        settled |= {"state": CommandState.REJECTED, "code": outcome.code}
    else:
        told, settled["result"] = "", to_json(outcome).decode()
        settled |= {"state": CommandState.SUCCEEDED, "code": Code.APPLIED}
    settled["outcome"] = to_json({"detail": told, "lines": []}).decode()
    count = cursor().execute(_SETTLE, settled).rowcount
    assert count == 1, "whoever has the drawer's lock alone settles its commands"


def _ids(found: Sequence[str] | None) -> list[UUID]:
    return [UUID(id_) for id_ in found or ()]


def _unsettled(rows: Sequence[Sequence[Any]] | None) -> list[Unsettled]:
    return [
        Unsettled(command_id=UUID(id_), kind=kind, state=state, order_id=UUID(order_id) if order_id else None)
        for id_, kind, state, order_id in rows or ()
    ]
