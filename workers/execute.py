"""The transaction: in it, and nowhere else, commands on orders and stock take effect (a drawer's: workers.drawers).

Claim, load, decide, number, save: all of it is committed, or nothing of it has happened. What it finds to be done
outside, as a card to charge or an entry to post, it writes down as rows; nobody outside is asked while it lasts.

It locks orders, then stores, then stock levels, each by id; then invoice numbers, passing over those that others have.
Nobody who keeps to that order can deadlock with it. It holds them until it commits, some milliseconds later.

It fails when a lock is not had within LOCK_TIMEOUT_MS, when the connection breaks, when decisions take longer than
DECISIONS_MAX_S, or when what it is about to write breaks a law: then PostgreSQL or an assertion says so, and everything
is undone. Whether that passes or has to be parked, workers.run decides. Running it again is always safe: what was
settled is not pending any more.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from psycopg.errors import LockNotAvailable
from uuid_utils.compat import uuid7

from base.contention import Wait, note
from base.laps import Laps
from base.notes.where import url_of_notes
from base.sql import clock
from base.sql.sets import limit_locks
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code, CommandState, Rejection
from orders.commands.core.rule import Applied
from orders.invoicing.db.numbers import lacks
from orders.invoicing.db.printed import take_printed
from orders.journal import figures
from orders.journal.core.batch import Decided, Holders, Subject, subject_of
from orders.journal.core.fold import Folded, deal, deal_anew, fold, needed, printed
from orders.journal.core.shares import COMMANDS
from orders.journal.db.accept import accept_made
from orders.journal.db.claim import DependsOnOthers, claim, until_it_stands
from orders.journal.db.explain import explain
from orders.journal.db.holders import further
from orders.journal.db.load import Loaded, load
from orders.journal.db.save import save
from orders.journal.db.waited import waited_in_vain
from orders.payments.core.instructions import Instructed, instructions
from orders.payments.db.authorizations import await_answers
from orders.payments.db.instructions import instruct
from workers.deadline import deadline
from workers.sizes import sizes
from workers.told import settler, tell

log = logging.getLogger(__name__)

DECISIONS_MAX_S = 5.0  # of a whole batch; a thousand commands take a fiftieth of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """`settled`: the commands that have their outcome now, `decided`: what it is, `said`: the same for those who wait;
    `subjects` and `stores`: whose they are. `suspects`: orders and stores that were left out, since one of their
    commands failed before and has to be run alone. `is_full`: there may be more commands than a batch takes, or than it
    looked for. `numbered`: stores that took invoice numbers, `unnumbered`: stores where something found none.
    `stock_arrived`: more of something is available than before. `asks`, `instructs`: a payment provider is to be asked
    for something, or told to do something. `waits`: some was left pending, since a drawer's command comes first.
    `lock_waits`: which rows were waited for."""

    settled: list[UUID] = field(default_factory=list)
    decided: Sequence[Decided] = ()
    said: Mapping[UUID, bytes] = field(default_factory=dict)
    subjects: frozenset[Subject] = frozenset()
    stores: frozenset[int] = frozenset()
    suspects: frozenset[Subject] = frozenset()
    is_full: bool = False
    numbered: Sequence[int] = ()
    unnumbered: Sequence[int] = ()
    stock_arrived: bool = False
    asks: bool = False
    instructs: bool = False
    waits: bool = False
    lock_waits: Sequence[Wait] = ()


NOTHING = Executed()


def execute(
    rung: Sequence[Subject],
    *,
    helps: bool = True,
    queue: str = COMMANDS,
    alone: UUID | None = None,
    lock_timeout_ms: int | None = None,
) -> Executed:
    """Claim the rung orders and stores, and further ones of this queue if it `helps`; decide their pending commands;
    settle them.

    What the decisions turn out to depend on, since others hold it, is claimed with them in a further attempt.
    `alone`: this command only, also if it failed before. `lock_timeout_ms`: of each row, where it is not the shop's.
    Locks: orders, stores, levels, each in id order, then invoice numbers, passing over locked ones. Errors: what the
    database says (base.sql.faults), or that others changed what they hold again and again (40001); nothing is changed
    then.
    """

    def attempt(rung: Sequence[Subject], holders: Holders) -> Executed | DependsOnOthers:
        with transaction.atomic():
            if lock_timeout_ms:
                limit_locks(lock_timeout_ms)
            executed = _attempt(rung, laps, helps=helps and not holders, queue=queue, alone=alone, holders=holders)
            if isinstance(executed, DependsOnOthers):
                transaction.set_rollback(True)
        laps.lap("commit")
        return executed

    laps = Laps()
    try:
        executed = until_it_stands(rung, attempt)
    except LockNotAvailable as error:
        seconds = (lock_timeout_ms or settings.LOCK_TIMEOUT_MS) / 1_000
        if wait := waited_in_vain(error, seconds=seconds):
            log.info("waited %s s in vain for %s %s", seconds, wait.of, wait.id)
            note(url_of_notes(), [wait])
        raise
    if executed.decided:
        tell(executed.decided, settler(executed.lock_waits), laps)
    if executed.lock_waits:
        note(url_of_notes(), executed.lock_waits)
    count((one.command.kind, one.code, one.command.accepted_at) for one in executed.decided)
    return executed


def _attempt(
    rung: Sequence[Subject], laps: Laps, *, helps: bool, queue: str, alone: UUID | None, holders: Holders
) -> Executed | DependsOnOthers:
    """What is not the last attempt is undone."""
    commands_max = settings.COMMAND_BATCH_MAX
    claimed = claim(rung, commands_max=commands_max, of_crowd=sizes.next(), helps=helps, queue=queue, holders=holders)
    laps.lap("claim")
    if not (claimed.orders or claimed.store_ids):
        return NOTHING
    loaded = load(claimed, commands_max=commands_max, alone=alone)
    laps.lap("load")
    subjects = frozenset(subject_of(one.order_id, one.store_id) for one in loaded.batch.commands)
    if not subjects:
        return Executed(
            suspects=loaded.suspects, is_full=loaded.is_full, waits=loaded.waits, lock_waits=loaded.lock_waits
        )
    now = loaded.told.now()
    folded = decide(loaded, now=now)
    laps.lap("decide")
    if folded.asked and (others := further(folded.asked, loaded.batch, now=now)):
        return DependsOnOthers(rung=[*subjects.union(rung)], holders=others)
    with_numbers, numbers, on_paper = number(loaded, folded, now=now)
    laps.lap("number")
    if with_numbers.asked != folded.asked and (others := further(with_numbers.asked, loaded.batch, now=now)):
        return DependsOnOthers(rung=[*subjects.union(rung)], holders=others)
    folded, decided = with_numbers, with_numbers.decided
    instructed = instructed_of(loaded, decided) if loaded.batch.is_online else []
    accept_made(folded.made)
    if any(isinstance(one.outcome, Rejection) for one in decided):
        decided = explain(decided, now=now)
    settled_by = settler(loaded.lock_waits)
    said = save(loaded, decided, numbers=numbers, printed=on_paper, now=now, new_id=uuid7, by=settled_by)
    if folded.awaiting:
        await_answers(folded.awaiting, now=now)
    if instructed:
        instruct(instructed, now=now)
    laps.lap("save")
    return Executed(
        settled=[one.command.id for one in decided],
        decided=decided,
        said=said,
        subjects=subjects,
        stores=frozenset(one.command.store_id for one in decided),
        suspects=loaded.suspects,
        is_full=loaded.is_full or not helps,
        numbered=sorted(needed(decided)),
        unnumbered=unnumbered(decided, numbers),
        stock_arrived=stock_arrived(decided),
        asks=any(one.requested for one in folded.awaiting),
        instructs=bool(instructed),
        lock_waits=loaded.lock_waits,
    )


def decide(loaded: Loaded, *, now: datetime, numbers_max: Mapping[int, int] | None = None) -> Folded:
    """What becomes of the commands; `numbers_max`: as `fold` takes it. Raises Overdue where it takes too long."""
    with deadline(DECISIONS_MAX_S):
        return fold(loaded.batch, now=now, new_id=uuid7, numbers_max=numbers_max)


def number(loaded: Loaded, folded: Folded, *, now: datetime) -> tuple[Folded, Mapping[UUID, str], Collection[UUID]]:
    """Take exactly as many invoice numbers as the sales and credit notes need; where the shop insists on one and there
    are fewer, decide again with those: who is refused leaves others less. Returns what was decided, the number of each
    command that takes one, and the commands that take the one that their receipt bears already. They take no other,
    unless an operator has retried them, or PrintedNumberNotFree. Locks the numbers."""
    counts = needed(folded.decided)
    numbers = import_string(settings.INVOICE_NUMBER_GENERATOR)(counts)
    numbers_max = {store: len(of_store) for store, of_store in numbers.items()}
    if settings.INVOICE_POOL_EMPTY == "reject" and lacks(counts, numbers_max):
        folded = decide(loaded, now=now, numbers_max=numbers_max)
    asked = printed(folded.decided)
    if not asked:
        return folded, deal(folded.decided, numbers), ()
    on_paper = take_printed(asked)
    anew = {id_: store_id for id_, (store_id, _) in asked.items() if id_ not in on_paper}
    others = import_string(settings.INVOICE_NUMBER_GENERATOR)(Counter(anew.values()))
    return folded, {**deal(folded.decided, numbers), **on_paper, **deal_anew(anew, others)}, on_paper.keys()


def instructed_of(loaded: Loaded, decided: Sequence[Decided]) -> list[Instructed]:
    """What payment providers have to do for what was decided."""
    return list(instructions(((one.command, one.outcome) for one in decided), loaded.batch.authorizations))


def count(settled: Iterable[tuple[Kind, Code, datetime | None]]) -> None:
    """Tell the monitor, after the commit. `settled`: what came to what, and when it was stored; None: just now."""
    now, counts = clock.now(), Counter[tuple[Kind, Code]]()
    for kind, code, accepted_at in settled:
        counts[kind, code] += 1
        figures.settling.labels(kind).observe(max((now - (accepted_at or now)).total_seconds(), 0.0))
    for (kind, code), commands in counts.items():
        outcome = CommandState.SUCCEEDED if code is Code.APPLIED else CommandState.REJECTED
        figures.settled.labels(kind, outcome).inc(commands)
        if outcome is CommandState.REJECTED:
            figures.refused.labels(code).inc(commands)


def unnumbered(decided: Sequence[Decided], numbers: Mapping[UUID, str]) -> list[int]:
    """Stores, by id, where a sale or a credit note found no number, whether it went on or was refused."""
    return sorted({one.command.store_id for one in decided if _lacks_number(one, numbers)})


def _lacks_number(one: Decided, numbers: Mapping[UUID, str]) -> bool:
    if isinstance(one.outcome, Rejection):
        return one.outcome.code is Code.INVOICE_POOL_EMPTY
    return isinstance(one.outcome, Applied) and one.outcome.takes_number and one.command.id not in numbers


def stock_arrived(decided: Sequence[Decided]) -> bool:
    """Whether more of something is available than before: it arrived, or nobody holds it any more."""
    return any(
        moved.quantity_change > moved.reserved_change
        for one in decided
        if isinstance(one.outcome, Applied)
        for moved in one.outcome.stock_moved
    )
