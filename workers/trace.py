"""What a batch has settled, told to whoever collects traces: after the commit, and only if somebody does."""

from collections.abc import Sequence

from base.tracing import Settled, Traces
from orders.journal.core.batch import Decided
from orders.journal.db.save import Settler


def trace(traces: Traces, decided: Sequence[Decided], by: Settler, *, began_ns: int) -> None:
    settled = [
        Settled(one.command.id, one.command.kind, one.command.order_id, one.command.accepted_at, one.code)
        for one in decided
    ]
    traces.settled(settled, began_ns=began_ns, worker=by.worker, waited_ms=by.waited_ms)
