"""What a monitor sees of the audit."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from base.figures import Gauge
from orders.audit.db.findings import by_law
from orders.audit.db.rounds import current_look, current_round
from orders.audit.db.walks import LAWS

LOOK_AT = Gauge(
    "audit_look_at", "Until when all that was touched has been audited; of an idle shop once an hour; 0: never"
)
ROUND_BEGAN_AT = Gauge(
    "audit_round_began_at", "When the last whole round of the audit, or the one that goes on, began; 0: never"
)
ROUND_ENDED_AT = Gauge("audit_round_ended_at", "When the last whole round of the audit was over; 0: never")
LOOK_ROWS = Gauge("audit_look_rows", "Rows that the last look of the audit has seen")
ROUND_ROWS = Gauge("audit_round_rows", "Rows that the round that goes on, or the last one, has seen")
FINDINGS = Gauge("audit_findings", "What breaks a law", label="law")

GAUGES = (LOOK_AT, ROUND_BEGAN_AT, ROUND_ENDED_AT, LOOK_ROWS, ROUND_ROWS, FINDINGS)


def figures() -> Iterator[Metric]:
    """A law that holds has a 0, so that an alarm ends; what never happened was in 1970, so that one begins."""
    round_, look = current_round(), current_look()
    for gauge, at in (
        (LOOK_AT, look.looked_at),
        (ROUND_BEGAN_AT, round_.began_at),
        (ROUND_ENDED_AT, round_.ended_at),
    ):
        yield gauge.of(at.timestamp() if at else 0)
    yield LOOK_ROWS.of(look.looked_examined)
    yield ROUND_ROWS.of(round_.examined)
    found = by_law()
    yield FINDINGS.of_each({law: found.get(law, 0) for law in sorted(LAWS | found.keys())})
