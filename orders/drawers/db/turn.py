"""Whose turn it is at a drawer: its next command, under the drawer's lock, and what that has to wait for.

Order comes from the journal. A command that opens or closes a drawer takes effect after every money command of its
terminal that was accepted before it, and those of the drawer itself one after the other. Sales take no lock for it: an
opening or a closing that finds one on its way is left pending, and has its turn once that is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from pydantic_core import from_json

from base.sql.sets import cursor
from orders.commands.core.machine import DRAWER_KINDS, MONEY_KINDS, Kind

EARLIER_MAX = 100

_OPENS = """
    SELECT EXISTS (SELECT FROM orders_command WHERE drawer_id = %s AND state = 'pending' AND kind = 'drawer_open')
"""

# Whoever changes what an open drawer depends on locks the store as well, and looks which are open.
_SHARE_STORE = """
    SELECT FROM inventory_store WHERE id = (SELECT store_id FROM orders_terminal WHERE id = %s) FOR SHARE
"""

_MAKE = """
    INSERT INTO orders_drawer (terminal_id, store_id) SELECT id, store_id FROM orders_terminal WHERE id = %s
    ON CONFLICT DO NOTHING
"""

_LOCK = """
    SELECT opened_at, opened_seq, float_minor, before_opening_minor, last_number, last_sequence
    FROM orders_drawer WHERE terminal_id = %s FOR NO KEY UPDATE
"""

_NEXT = """
    SELECT command.id, seq, kind, command.store_id, payload, attempts, accepted_at, currency, time_zone, day_starts_at,
        require_drawer
    FROM orders_command AS command JOIN inventory_store AS store ON store.id = command.store_id
    WHERE drawer_id = %(drawer_id)s AND state = 'pending'
    ORDER BY seq LIMIT 1
"""

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(MONEY_KINDS))

ON_ITS_WAY = f"""
    SELECT order_id FROM orders_command
    WHERE state = 'pending' AND blocked_by_id IS NULL AND seq < %(seq)s AND terminal_id = %(drawer_id)s
        AND kind IN ({_KINDS})
    ORDER BY seq LIMIT {EARLIER_MAX}
"""

UNSETTLED = f"""
    SELECT id, kind, state, order_id, seq FROM orders_command
    WHERE (state IN ('parked', 'awaiting') OR (state = 'pending' AND blocked_by_id IS NOT NULL))
        AND terminal_id = %(drawer_id)s AND seq < %(seq)s AND kind IN ({_KINDS})
    UNION ALL
    SELECT id, kind, state, order_id, seq FROM orders_command
    WHERE state = 'parked' AND drawer_id IS NOT NULL AND drawer_id = %(drawer_id)s AND seq < %(seq)s
"""

UNCLOSED = f"""
    state = 'succeeded' AND closing_id IS NULL AND kind IN ({_KINDS}) AND terminal_id = %(drawer_id)s
        AND seq < %(seq)s
"""

# What waited for the drawer's command.
_WAITING = f"""
    SELECT DISTINCT order_id FROM orders_command
    WHERE state = 'pending' AND blocked_by_id IS NULL AND seq > %(seq)s AND terminal_id = %(drawer_id)s
        AND kind IN ({_KINDS})
    LIMIT 500
"""

Row: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerRow:
    terminal_id: int
    opened_at: datetime | None
    opened_seq: int | None
    float_minor: int
    before_opening_minor: int
    last_number: int
    last_sequence: int

    def is_open(self, *, at: int) -> bool:
        """At that place in the journal, and still."""
        return self.opened_seq is not None and self.opened_seq < at


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCommand:
    id: UUID
    seq: int
    kind: Kind
    store_id: int
    payload: Any
    attempts: int
    accepted_at: datetime
    currency: str
    time_zone: str
    day_starts_at: Any
    require_drawer: bool


def lock_turn(drawer_id: int, *, alone: UUID | None) -> tuple[DrawerRow, NextCommand] | None:
    """The drawer and its next command; None where there is none. `alone`: this command only.

    Locks the store, shared, where the drawer may be opened; then the drawer.
    """
    opens = cursor().execute(_OPENS, (drawer_id,)).fetchone()
    if opens == (True,):
        cursor().execute(_SHARE_STORE, (drawer_id,))
    drawer = _locked(drawer_id)
    row = cursor().execute(_NEXT, {"drawer_id": drawer_id}).fetchone()
    if row is None:
        return None
    id_, seq, kind, *others = row
    if alone not in (None, id_):
        return None  # another one was freed meanwhile, which comes before it
    if kind == Kind.DRAWER_OPEN and opens != (True,):
        return None  # it came in just now, with a ring of its own
    if kind not in DRAWER_KINDS:
        return None  # a newer release has written it, and carries it out
    store_id, payload, attempts, accepted_at, currency, time_zone, day_starts_at, require_drawer = others
    return drawer, NextCommand(
        id=id_,
        seq=seq,
        kind=Kind(kind),
        store_id=store_id,
        payload=from_json(payload),
        attempts=attempts,
        accepted_at=accepted_at,
        currency=currency,
        time_zone=time_zone,
        day_starts_at=day_starts_at,
        require_drawer=require_drawer,
    )


def _locked(drawer_id: int) -> DrawerRow:
    row = cursor().execute(_LOCK, (drawer_id,)).fetchone()
    if row is None:
        cursor().execute(_MAKE, (drawer_id,))
        row = cursor().execute(_LOCK, (drawer_id,)).fetchone()
    assert row is not None
    opened_at, opened_seq, float_minor, before_opening_minor, last_number, last_sequence = row
    return DrawerRow(
        terminal_id=drawer_id,
        opened_at=opened_at,
        opened_seq=opened_seq,
        float_minor=float_minor,
        before_opening_minor=before_opening_minor,
        last_number=last_number,
        last_sequence=last_sequence,
    )


def waiting_for(drawer_id: int, seq: int) -> list[UUID]:
    """Orders whose commands may have waited for the drawer's command."""
    return [order_id for (order_id,) in cursor().execute(_WAITING, {"drawer_id": drawer_id, "seq": seq})]
