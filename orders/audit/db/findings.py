"""What breaks a law, kept until it does not any more."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from base.drift import Drift
from base.lines import named
from orders.audit.models import AuditFinding

FINDINGS_MAX = 1_000
"""Where so much is wrong, further rows tell nothing new."""

log = logging.getLogger(__name__)


def found(drifts: Iterable[Drift], *, now: datetime) -> list[Drift]:
    """Those that nobody knew. In the transaction that keeps how far the audit came, so that each is told once."""
    told = {(drift.law, drift.subject): drift for drift in drifts}
    if not told:
        return []
    known = set(AuditFinding.objects.filter(subject__in={subject for _, subject in told}).values_list("law", "subject"))
    room = FINDINGS_MAX - AuditFinding.objects.count()
    fresh = [drift for name, drift in told.items() if name not in known][: max(room, 0)]
    seen = [drift for name, drift in told.items() if name in known]
    AuditFinding.objects.bulk_create(
        [_finding(drift, now) for drift in [*seen, *fresh]],
        update_conflicts=True,
        unique_fields=["law", "subject"],
        update_fields=["detail", "command_id", "seen_at"],
    )
    return fresh


def tell(drifts: Iterable[Drift]) -> None:
    for drift in drifts:
        told = named(UUID(drift.command_id)) if drift.command_id else {}
        log.error(
            "drift: %s: %s: %s (command %s)", drift.law, drift.subject, drift.detail, drift.command_id, extra=told
        )


def gone(*, before: datetime) -> None:
    """A whole round that began then has not seen them any more."""
    AuditFinding.objects.filter(seen_at__lt=before).delete()


def by_law() -> dict[str, int]:
    return dict(AuditFinding.objects.values_list("law").annotate(Count("id")).order_by("law"))


def _finding(drift: Drift, now: datetime) -> AuditFinding:
    return AuditFinding(
        law=drift.law,
        subject=drift.subject,
        detail=drift.detail,
        command_id=drift.command_id,
        found_at=now,
        seen_at=now,
    )
