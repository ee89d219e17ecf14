"""What was settled, told to the monitor and to whoever collects traces: after the commit, and never in its way."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from base.tracing import Settled
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code, CommandState, Rejection
from orders.journal import figures
from orders.journal.core.batch import Decided


def traced(one: Decided) -> Settled:
    command = one.command
    return Settled(command.id, command.kind, command.order_id, command.accepted_at, code_of(one))


def code_of(one: Decided) -> Code:
    return one.outcome.code if isinstance(one.outcome, Rejection) else Code.APPLIED


def count(settled: Iterable[tuple[Kind, Code, datetime | None]]) -> None:
    """Tell the monitor, after the commit. `settled`: what came to what, and when it was stored; None: in the same
    transaction."""
    now, counts = timezone.now(), Counter[tuple[Kind, Code]]()
    for kind, code, accepted_at in settled:
        counts[kind, code] += 1
        # Two machines' clocks may differ.
        figures.settling.labels(kind).observe(max((now - (accepted_at or now)).total_seconds(), 0.0))
    for (kind, code), commands in counts.items():
        outcome = CommandState.SUCCEEDED if code is Code.APPLIED else CommandState.REJECTED
        figures.settled.labels(kind, outcome).inc(commands)
        if outcome is CommandState.REJECTED:
            figures.refused.labels(code).inc(commands)
