"""Telling payment providers to capture, void and refund what transactions decided.

See orders.payments.db.instructions.
"""

import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from base.outside.backoff import pause_max_s
from base.outside.share import Share
from orders.payments.core.instructions import InstructionKind, InstructionState
from orders.payments.db.instructions import Leased, done, failed, lease_due
from orders.payments.outside.ask_concurrently import ask_concurrently
from orders.payments.outside.asking import told
from orders.payments.port import PaymentFault, PaymentRefusal, Step
from orders.payments.registry import provider

AT_ONCE = 8
LEASE = timedelta(seconds=60)
"""Longer than any call to a provider takes."""
RUN_MAX_S = 20.0
ATTEMPTS_MAX = 50
"""Some hours: an outage overnight parks nothing."""
BACKOFF_MAX_S = 900

log = logging.getLogger(__name__)
_share = Share(1, task="upkeep.relay_payments")


@dataclass(slots=True)
class Carried:
    """What became of a run's instructions."""

    done: int = 0
    failed: int = 0
    parked: int = 0


def relay_payments() -> Carried:
    """Carry out what is due until nothing is, or no provider does anything. One at a time in a process."""
    carried = Carried()
    with _share.taken() as is_free:
        until = time.monotonic() + RUN_MAX_S
        while is_free and time.monotonic() < until and _carry_out_some(carried):
            pass
    return carried


def _carry_out_some(carried: Carried) -> bool:
    """Whether it is worth going on: something was due, and a provider did it."""
    now = timezone.now()
    lease_until = now + LEASE
    due = lease_due(limit=AT_ONCE, now=now, until=lease_until)
    done_before = carried.done
    for leased, answer in ask_concurrently(due, _carry_out):
        _note(leased, answer, lease_until, carried)
    return carried.done > done_before


def _carry_out(leased: Leased) -> str:
    adapter = provider(leased.provider)
    verbs = {
        InstructionKind.CAPTURE: adapter.capture,
        InstructionKind.VOID: adapter.void,
        InstructionKind.REFUND: adapter.refund,
    }
    step = Step(
        key=leased.key,
        reference=leased.reference,
        amount_minor=leased.amount_minor,
        currency=leased.currency,
        is_repeat=leased.was_asked,
    )
    return verbs[leased.kind](step)


def _note(leased: Leased, answer: str | Exception, lease_until: datetime, carried: Carried) -> None:
    now = timezone.now()
    match answer:
        case PaymentFault() if leased.attempts < ATTEMPTS_MAX:
            state, carried.failed = InstructionState.PENDING, carried.failed + 1
        case PaymentFault() | PaymentRefusal():
            state, carried.parked = InstructionState.PARKED, carried.parked + 1
        case _:
            carried.done += done(leased, reference=str(answer), lease_until=lease_until, now=now)
            return
    pause_s = random.uniform(0, pause_max_s(leased.attempts, cap_s=BACKOFF_MAX_S))
    later = now + timedelta(seconds=pause_s)
    failed(leased, state, error=told(answer), next_attempt_at=later, lease_until=lease_until)
    log.warning("%s of %s is %s: %s", leased.kind, leased.authorization_id, state, told(answer))
