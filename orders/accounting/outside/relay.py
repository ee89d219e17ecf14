"""Relaying the outbox: entries go to the accounting system, each as often as it takes, and are booked there once.

No transaction is open while accounting is asked. A relay that dies between the call and the commit leaves a lease that
lapses; whoever comes next repeats the call under the same key.
"""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from base.outside.backoff import pause_max_s
from base.outside.share import Share
from orders.accounting.core import EntryState
from orders.accounting.db import Failure, Leased, failed, give_back, lease_due, posted
from orders.accounting.outside.asking import ask, checked, told
from orders.accounting.port import AccountingFault, AccountingRefusal, Journal

PROBES = 2
"""A run begins with so many entries, of different orders: if none of them gets an answer, accounting is down."""
BATCH = 50
LEASE = timedelta(seconds=60)
SENDING_MAX_S = 30.0
"""Half a lease: what was not sent by then is given back."""
RUN_MAX_S = 20.0
"""Then the task ends, and the next one goes on."""
ATTEMPTS_MAX = 20
BACKOFF_MAX_S = 60

log = logging.getLogger(__name__)
telling = Share(1, task="upkeep.relay_outbox")
"""Of entries and voids: accounting that hangs has one thread of them."""


@dataclass(slots=True)
class Sent:
    """What became of a run's entries."""

    posted: int = 0
    failed: int = 0
    parked: int = 0


@dataclass(slots=True)
class Batch:
    """`silent`: how many entries on end got no answer."""

    confirmed: list[tuple[UUID, str]] = field(default_factory=list)
    faults: list[tuple[Leased, AccountingFault]] = field(default_factory=list)
    refusals: list[tuple[Leased, AccountingRefusal]] = field(default_factory=list)
    untried: list[UUID] = field(default_factory=list)
    silent: int = 0

    @property
    def is_down(self) -> bool:
        return self.silent >= PROBES


def relay_outbox(accounting: Journal) -> Sent:
    """Send what is due, oldest first, until nothing is or accounting seems to be down.

    One at a time in a process: while accounting hangs, further ones would only take the threads of others.
    """
    sent = Sent()
    with telling.taken() as is_free:
        if is_free:
            _run(accounting, sent)
    return sent


def _run(accounting: Journal, sent: Sent) -> None:
    until = time.monotonic() + RUN_MAX_S
    size = PROBES
    while time.monotonic() < until:
        now = timezone.now()
        lease_until = now + LEASE
        due = lease_due(limit=size, now=now, until=lease_until)
        batch = _send(accounting, due)
        _note(batch, lease_until, sent)
        if not due or batch.is_down or batch.untried:
            break
        if sent.posted:
            size = BATCH


def _send(accounting: Journal, due: Sequence[Leased]) -> Batch:
    until = time.monotonic() + SENDING_MAX_S
    batch = Batch()
    for one in due:
        if batch.is_down or time.monotonic() > until:
            batch.untried.append(one.id)
        else:
            _send_one(accounting, one, batch)
    return batch


def _send_one(accounting: Journal, one: Leased, batch: Batch) -> None:
    try:
        reference = checked(ask(lambda: accounting.post(one.entry, idempotency_key=str(one.id))))
    except AccountingFault as fault:
        batch.faults.append((one, fault))
        batch.silent += 1
    except AccountingRefusal as refusal:
        batch.refusals.append((one, refusal))
        batch.silent = 0
    else:
        batch.confirmed.append((one.id, reference))
        batch.silent = 0


def _note(batch: Batch, lease_until: datetime, sent: Sent) -> None:
    now = timezone.now()
    sent.posted += posted(batch.confirmed, lease_until=lease_until, now=now)
    failures = [_refused(one, refusal, now) for one, refusal in batch.refusals]
    failures += [_failure(one, fault, now, others_pass=sent.posted > 0) for one, fault in batch.faults]
    failed(failures, lease_until=lease_until)
    give_back(batch.untried, lease_until=lease_until)
    for failure in failures:
        is_parked = failure.state is EntryState.PARKED
        sent.parked += is_parked
        sent.failed += not is_parked
        log.warning("entry %s was not posted and is %s: %s", failure.id, failure.state, failure.error)


def _refused(one: Leased, refusal: AccountingRefusal, now: datetime) -> Failure:
    """Accounting will say the same again, until a person has changed something."""
    return Failure(id=one.id, state=EntryState.PARKED, error=told(refusal), next_attempt_at=now, is_refused=True)


def _failure(one: Leased, fault: AccountingFault, now: datetime, *, others_pass: bool) -> Failure:
    """It is parked only if others got through meanwhile: an outage is nobody's fault, however long it lasts."""
    attempts = one.attempts + 1
    is_at_fault = attempts >= ATTEMPTS_MAX and others_pass
    pause_s = random.uniform(0, pause_max_s(attempts, cap_s=BACKOFF_MAX_S))
    return Failure(
        id=one.id,
        state=EntryState.PARKED if is_at_fault else EntryState.PENDING,
        error=told(fault),
        next_attempt_at=now + timedelta(seconds=pause_s),
        is_refused=False,
    )
