"""What is told of each command that is settled, after the commit: a line of the log, and its trace.

Neither names a customer or an amount: what was ordered, and for whom, stands in the journal.
"""

import logging
import os
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from base import tracing
from base.contention import Wait
from base.laps import Laps, ms_between
from base.lines import named
from base.worker_name import worker_name
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code
from orders.journal.core.batch import Decided
from orders.journal.db.save import Settler

log = logging.getLogger(__name__)


class Settled(NamedTuple):
    """`accepted_at`: None for one that was made in the same transaction."""

    id: UUID
    kind: Kind
    code: Code
    order_id: UUID | None
    store_id: int
    terminal_id: int | None
    accepted_at: datetime | None


def settler(waits: Sequence[Wait]) -> Settler:
    """This process, as a command's story names it."""
    return Settler(worker_name(os.getpid()), round(1_000 * sum(one.seconds for one in waits)) or None)


def tell(decided: Sequence[Decided], by: Settler, laps: Laps) -> None:
    """Of a batch."""
    if traces := tracing.listener.traces:
        settled = [
            tracing.Settled(one.command.id, one.command.kind, one.command.order_id, one.command.accepted_at, one.code)
            for one in decided
        ]
        traces.settled(settled, began_ns=laps.began_ns, worker=by.worker, waited_ms=by.waited_ms)
    if are_kept():
        log_settled([_of(one) for one in decided], by, laps)


def are_kept() -> bool:
    """Lines of what went as it should."""
    return log.isEnabledFor(logging.INFO)


def log_settled(settled: Sequence[Settled], by: Settler, laps: Laps) -> None:
    """The stages of a batch are those of each of its commands: all of them waited for all of it."""
    stages = {**laps.rounded(), "lock_wait": by.waited_ms or 0}
    for one in settled:
        told = named(
            one.id,
            kind=one.kind,
            order_id=one.order_id,
            store=one.store_id,
            terminal=one.terminal_id,
            outcome=one.code,
            worker=by.worker,
            batch=len(settled),
            phases_ms={"wait": ms_between(one.accepted_at or laps.began_at, laps.began_at), **stages},
        )
        log.info("%s is settled: %s", one.kind, one.code, extra=told)


def _of(decided: Decided) -> Settled:
    one = decided.command
    return Settled(one.id, one.kind, decided.code, one.order_id, one.store_id, one.terminal_id, one.accepted_at)
