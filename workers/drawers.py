"""A drawer's turn: the transaction that opens, moves or closes it.

One command at a time, under the drawer's lock: whoever else comes for the same drawer waits for it, and nobody else
does. A pay takes no lock for its drawer. What of it a closing counts is told by the journal's order: see
orders.drawers.db.turn. All of it is committed, or nothing has happened, and the command is still pending.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from base.laps import Laps
from base.sql import clock
from base.sql.sets import limit_locks, limit_statements
from orders.commands.core.drawer_payloads import DrawerClose, DrawerMovement, DrawerOpen, OfDrawer
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Posting
from orders.drawers.core.entry import postings
from orders.drawers.core.figures import by_method
from orders.drawers.core.refusals import refuse
from orders.drawers.db.chain import hash_of
from orders.drawers.db.figures import figures_of, movements_of
from orders.drawers.db.save import (
    Taken,
    last_hash,
    look_before_opening,
    save_closed,
    save_entry,
    save_moved,
    save_opened,
    settle,
    take,
)
from orders.drawers.db.told import Closed, Json, Open, told
from orders.drawers.db.turn import DrawerRow, NextCommand, lock_turn
from orders.journal.core.batch import DrawerSubject
from orders.journal.db.newer import LEFT, is_newer
from orders.journal.db.payloads import payload_of
from orders.journal.db.reads.gaps import commands_numbered, counted_until
from orders.journal.db.values import calendar_of
from workers.execute import count
from workers.told import Settled, are_kept, log_settled, settler

log = logging.getLogger(__name__)

CLOSE_STATEMENT_MAX_MS = 45_000
"""The first closing of a terminal that sold for years without a drawer counts all of it, and holds up nobody else. Less
than a task may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`settled`: the command that has its outcome now, `command`: as it was read, `code`: what became of it.
    `waits_for`: orders whose commands come first. `is_suspect`: the next command failed before, and has to be run
    alone. `seq`, `frees`: where in the journal it stood, and whether sales may wait for it. `told`: accounting has
    something to book."""

    settled: UUID | None = None
    command: NextCommand | None = None
    code: Code = Code.APPLIED
    waits_for: Sequence[UUID] = ()
    is_suspect: bool = False
    seq: int = 0
    frees: bool = False
    told: bool = False


def take_turn(drawer_id: int, *, alone: UUID | None = None, lock_timeout_ms: int | None = None) -> Turn:
    """Settle the drawer's next command, or tell what it waits for. `alone`: this command only, also if it failed.

    Locks: the store, shared, where a drawer is opened; then the drawer. Errors: what the database says.
    """
    laps = Laps()
    with transaction.atomic():
        if lock_timeout_ms:
            limit_locks(lock_timeout_ms)
        turn = _take(drawer_id, alone, laps)
    laps.lap("commit")
    if one := turn.command:
        count([(one.kind, turn.code, one.accepted_at)])
        if are_kept():
            settled = Settled(one.id, one.kind, turn.code, None, one.store_id, drawer_id, one.accepted_at)
            log_settled([settled], settler([]), laps)
    return turn


def _take(drawer_id: int, alone: UUID | None, laps: Laps) -> Turn:
    locked = lock_turn(drawer_id, alone=alone)
    laps.lap("claim")
    if locked is None:
        return Turn()
    drawer, command = locked
    if command.attempts and not alone:
        return Turn(is_suspect=True)
    turn = _carry_out(drawer, command)
    laps.lap("save")
    return turn


def _carry_out(drawer: DrawerRow, command: NextCommand) -> Turn:
    if is_newer(command.kind, command.payload):
        log.warning(LEFT, command.kind, command.id, DrawerSubject(drawer.terminal_id))
        return Turn()
    payload = payload_of(command.kind, command.payload)
    assert isinstance(payload, OfDrawer), payload
    match payload:
        case DrawerOpen():
            return _open(drawer, command, payload)
        case DrawerMovement():
            return _move(drawer, command, payload)
        case DrawerClose():
            return _close(drawer, command, payload)


def _open(drawer: DrawerRow, command: NextCommand, payload: DrawerOpen) -> Turn:
    earlier, before_minor = look_before_opening(drawer.terminal_id, command.seq)
    if earlier:
        return Turn(waits_for=earlier)
    if refused := refuse(command.kind, is_open=drawer.opened_seq is not None):
        return _settled(command, refused)
    now = clock.now()
    save_opened(drawer, command, float_minor=payload.float_minor, before_minor=before_minor, now=now)
    result = {
        "opened_at": now.isoformat(),
        "float_minor": payload.float_minor,
        "before_opening_minor": before_minor,
    }
    return _settled(command, result)


def _move(drawer: DrawerRow, command: NextCommand, payload: DrawerMovement) -> Turn:
    if refused := refuse(command.kind, is_open=drawer.is_open(at=command.seq)):
        return _settled(command, refused)
    now = clock.now()
    save_moved(drawer, command, amount_minor=payload.amount_minor, reason=payload.reason, now=now)
    return _settled(command, {"at": now.isoformat(), "amount_minor": payload.amount_minor, "reason": payload.reason})


def _close(drawer: DrawerRow, command: NextCommand, payload: DrawerClose) -> Turn:
    if refused := refuse(command.kind, is_open=drawer.is_open(at=command.seq)):
        return _settled(command, refused)
    limit_statements(CLOSE_STATEMENT_MAX_MS)
    # Before the instant as of which money is taken: what is settled after that is settled later.
    now, closing_id = clock.now(), uuid7()
    taken = take(drawer.terminal_id, command.seq, closing_id=closing_id)
    if taken.earlier:
        return Turn(waits_for=taken.earlier)
    closed = Closed(id=closing_id, number=drawer.last_number + 1, closed_at=now, previous_hash=last_hash(drawer))
    last_sequence, figures, booked = _count(drawer, command, payload, taken, closed)
    save_closed(drawer, command, closing_id=closing_id, figures=figures, last_sequence=last_sequence, now=now)
    if booked:
        day = calendar_of(command.time_zone, command.day_starts_at.isoformat()).day_of(command.accepted_at)
        save_entry(command, booked, closing_id=closing_id, id_=uuid7(), day=day, now=now)
    return _settled(command, {"closing": figures}, told=bool(booked))


def _count(
    drawer: DrawerRow, command: NextCommand, payload: DrawerClose, taken: Taken, closed: Closed
) -> tuple[int, Json, Sequence[Posting]]:
    counted, last = counted_until(drawer.terminal_id, since=drawer.last_sequence + 1, seq=command.seq)
    assert drawer.opened_at
    opened = Open(
        terminal_id=drawer.terminal_id,
        currency=command.currency,
        opened_at=drawer.opened_at,
        float_minor=drawer.float_minor,
        before_opening_minor=drawer.before_opening_minor,
        gaps=counted.gaps,
        repeated=commands_numbered(drawer.terminal_id, counted.repeated),
        unsettled=taken.unsettled,
    )
    figures, movements = figures_of(taken.commands), movements_of(drawer.terminal_id)
    methods = by_method(figures, float_minor=drawer.float_minor, movements=movements, counted=payload.counted)
    content = told(opened, figures, methods=methods, movements=movements, closed=closed)
    last_sequence = max(drawer.last_sequence, last or 0)
    return last_sequence, {**content, "hash": hash_of(content)}, postings(movements, methods)


def _settled(command: NextCommand, outcome: Rejection | Json, *, told: bool = False) -> Turn:
    settle(command, outcome, now=clock.now())
    return Turn(
        settled=command.id,
        command=command,
        code=outcome.code if isinstance(outcome, Rejection) else Code.APPLIED,
        seq=command.seq,
        frees=command.require_drawer,
        told=told,
    )
