"""How far the audit came, as it is kept between its parts, and what it found."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from base.drift import Drift
from orders.audit.db.findings import found, tell
from orders.audit.models import AuditLook, AuditRound

Progress = TypeVar("Progress", AuditRound, AuditLook)


def current_round() -> AuditRound:
    """The one row, made where there is none."""
    return AuditRound.objects.get_or_create(id=1)[0]


def current_look() -> AuditLook:
    """The one row, made where there is none."""
    return AuditLook.objects.get_or_create(id=1)[0]


def keep(progress: Progress, drifts: Sequence[Drift] = (), *, now: datetime) -> bool:
    """With what was found on the way, so that whoever comes next goes on behind it. False: somebody else was faster,
    and has told the same."""
    values = {field.attname: getattr(progress, field.attname) for field in progress._meta.concrete_fields}
    with transaction.atomic():
        rows = type(progress).objects.filter(id=progress.id, step=progress.step)
        if not rows.update(**{**values, "step": progress.step + 1}):
            return False
        fresh = found(drifts, now=now)
    tell(fresh)
    progress.step += 1
    return True


def is_unfinished() -> bool:
    return AuditRound.objects.exclude(walk="").exists()


def is_look_unfinished() -> bool:
    return AuditLook.objects.exclude(source="").exists()


def replace_round(*, began_at: datetime, ended_at: datetime, examined: int, drifts: int) -> None:
    """By one that somebody made at once: whoever is about to go on with it finds it over."""
    current_round()
    AuditRound.objects.update(
        step=F("step") + 1,
        walk="",
        after="",
        began_at=began_at,
        ended_at=ended_at,
        ended_examined=examined,
        ended_drifts=drifts,
    )
