"""What a monitor sees of the audit."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from base.figures import gauge, gauges
from orders.audit.db.findings import by_law
from orders.audit.db.rounds import current_look, current_round
from orders.audit.db.walks import LAWS


def figures() -> Iterator[Metric]:
    """A law that holds has a 0, so that an alarm ends; what never happened was in 1970, so that one begins."""
    round_, look = current_round(), current_look()
    for name, meaning, at in (
        ("look_at", "Until when all that was touched has been audited; of an idle shop once an hour", look.looked_at),
        ("round_began_at", "When the last whole round of the audit, or the one that goes on, began", round_.began_at),
        ("round_ended_at", "When the last whole round of the audit was over", round_.ended_at),
    ):
        yield gauge(f"audit_{name}", f"{meaning}; 0: never", at.timestamp() if at else 0)
    yield gauge("audit_look_rows", "Rows that the last look of the audit has seen", look.looked_examined)
    yield gauge("audit_round_rows", "Rows that the round that goes on, or the last one, has seen", round_.examined)
    found = by_law()
    laws = {law: found.get(law, 0) for law in sorted(LAWS | found.keys())}
    yield gauges("audit_findings", "What breaks a law", "law", laws)
