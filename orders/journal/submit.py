"""Submitting commands, one or many: they are accepted together, rung for, and waited for if the caller prefers.

What was stored is carried out, whatever its sender does then. Nothing is locked, and no transaction is open while
somebody waits: the wait ends when the bell says that the commands are settled, or with its time, and the answer is then
the rows as they are. Without a broker there is no bell and no ring; the sweeper rings later, and the till asks again.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from base.laps import Laps
from base.lines import named
from base.tracing import Stored, listener
from orders.commands.core.caller import Sender
from orders.journal.bell import waiting
from orders.journal.core.batch import Rung, subject_of
from orders.journal.db.accept import Accepted, Submission, accept, accept_many
from orders.journal.db.reads.commands import Known, commands_by_id, known_by_key, pending
from orders.journal.ring import ring_for
from orders.journal.wait import Commands, Read, wait_for
from orders.sales.db.create import NewOrder

IDS_MAX = 20
"""Of the commands of one call so many are named in the log."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, in its order: commands to store, each with a key of its own, and such as were stored
    under theirs before. `orders`: to be created with their commands."""

    commands: Sequence[Submission | Known]
    orders: Sequence[NewOrder] = ()

    @property
    def new(self) -> list[Submission]:
        return [one for one in self.commands if isinstance(one, Submission)]


@dataclass(frozen=True, slots=True)
class Submitted:
    """`accepted`: what was stored now. `lost`: what other requests stored under the others' keys meanwhile.
    `commands`: all that answer the request, once they are settled or the time is over; None where nobody waits."""

    accepted: Mapping[UUID, Accepted]
    lost: Mapping[str, Known]
    commands: Commands | None


def submit(
    caller: Sender,
    asked: Asked,
    *,
    wait_s: int,
    read: Read = commands_by_id,
    past_parked: bool = False,
    still: bytes | None = None,
) -> Submitted:
    """A new command that is neither accepted nor lost was not stored: the store has no such order.

    `wait_s`: 0 for who does not wait. `read`, `past_parked`: see `wait_for`. `still`: the hash of the caller's key, if
    nobody has looked yet whether he still holds it; then what is not accepted is not looked for either.
    """
    settled = partial(wait_for, caller.store_id, wait_s=wait_s, read=read, past_parked=past_parked)
    hoped = {one.id for one in asked.commands}
    # Registered before a command can settle, so that no announcement is missed.
    with waiting(hoped, owner=caller.terminal_id, wait_s=wait_s) as waiter:
        laps = Laps()
        accepted = _accept(caller, asked, still)
        laps.lap("accept")
        if still and not accepted:
            return Submitted({}, {}, None)
        if listener.traces:
            new = [
                Stored(one.id, one.kind, one.order_id, caller.terminal_id) for one in asked.new if one.id in accepted
            ]
            listener.traces.stored(new, began_ns=laps.began_ns)
        ring_for([_rung(caller, new) for new in asked.new if new.id in accepted])
        laps.lap("ring")
        _tell(caller, [new for new in asked.new if new.id in accepted], laps)
        lost = _lost(caller, asked, accepted)
        ids = list(dict.fromkeys(_answering(asked, accepted, lost)))
        if waiter is None or hoped.issuperset(ids):
            if waiter is None:
                return Submitted(accepted, lost, None)
            fresh = {new.id: as_pending(new, accepted[new.id]) for new in asked.new if new.id in accepted}
            if fresh.keys() >= set(ids):
                return Submitted(accepted, lost, settled(ids, waiter, look_first=False, fresh=fresh))
            return Submitted(accepted, lost, settled(ids, waiter))
    # Other requests took a key at the same time: it is their commands that are waited for.
    with waiting(ids, owner=caller.terminal_id, wait_s=wait_s) as waiter:
        return Submitted(accepted, lost, settled(ids, waiter) if waiter else None)


def as_pending(submission: Submission, accepted: Accepted) -> dict[str, Any]:
    return pending(
        {
            "id": submission.id,
            "kind": submission.kind,
            "order_id": submission.order_id,
            "idempotency_key": submission.key,
            "sequence": submission.sequence,
            "accepted_at": accepted.at,
            "blocked_by": accepted.blocked_by,
        }
    )


def _accept(caller: Sender, asked: Asked, still: bytes | None) -> dict[UUID, Accepted]:
    """In one transaction. For one command there is a statement that costs less, and tells what it waits behind."""
    new = asked.new
    if not new:
        return {}
    if len(new) == 1 and not new[0].order_fingerprint:
        accepted = accept(caller, new[0], still=still)
        return {new[0].id: accepted} if accepted else {}
    stored = accept_many(caller, new, orders=asked.orders)
    if missing := [one for one in new if one.id not in stored]:
        # Another request was creating the same order, and this one could not see it yet: now it can.
        stored |= accept_many(caller, missing)
    return {id_: Accepted(at, None) for id_, at in stored.items()}


def _tell(caller: Sender, stored: Sequence[Submission], laps: Laps) -> None:
    """One line for a call, however many commands it stored: a line for each is the worker's."""
    if not stored or not log.isEnabledFor(logging.INFO):
        return
    told = {"store": caller.store_id, "terminal": caller.terminal_id, "phases_ms": laps.rounded()}
    if len(stored) == 1:
        (one,) = stored
        log.info("%s is accepted", one.kind, extra=named(one.id, kind=one.kind, order_id=one.order_id, **told))
    else:
        ids = [one.id for one in stored[:IDS_MAX]]
        log.info("%d commands are accepted", len(stored), extra={"command_ids": ids, **told})


def _rung(caller: Sender, new: Submission) -> Rung:
    return Rung(new.kind, subject_of(new.order_id, caller.store_id, new.drawer_id), new.id, caller.store_id)


def _lost(caller: Sender, asked: Asked, accepted: Collection[UUID]) -> dict[str, Known]:
    keys = [new.key for new in asked.new if new.id not in accepted]
    return known_by_key(caller, keys) if keys else {}


def _answering(asked: Asked, accepted: Collection[UUID], lost: Mapping[str, Known]) -> Iterator[UUID]:
    """The commands that the request is answered with, in its order; none for a key that was used for something else."""
    for one in asked.commands:
        if isinstance(one, Known) or one.id in accepted:
            yield one.id
        elif (known := lost.get(one.key)) and known.fingerprint == one.fingerprint:
            yield known.id
