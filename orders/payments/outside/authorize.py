"""Asking payment providers for the authorizations that pays wait for, outside every lock and transaction.

Each was committed as requested before. Whoever finds it so asks under the same key: a lost answer is asked for again,
and nothing is charged twice.
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from base.outside.backoff import pause_max_s
from base.outside.share import Share
from orders.commands.core.authorization import AuthorizationState
from orders.payments.db.authorizations import Asked, answered, failed, lease_due, park
from orders.payments.outside.ask_concurrently import ask_concurrently
from orders.payments.outside.asking import told
from orders.payments.port import Charge, PaymentFault, PaymentRefusal
from orders.payments.registry import provider, why_not

AT_ONCE = 8
LEASE = timedelta(seconds=60)
"""Longer than any call to a provider takes."""
RUN_MAX_S = 20.0
ATTEMPTS_MAX = 8
"""About a minute: then the customer is gone, and an operator decides."""
BACKOFF_MAX_S = 30

log = logging.getLogger(__name__)
_share = Share(2, task="upkeep.authorize_payments")
"""While one waits for a provider that hangs, the other goes on."""


class Wake(NamedTuple):
    """Whom to tell. `freed`: the order and the pay that waits for no provider any more; `parked`: the pay that no
    provider answered."""

    freed: Callable[[UUID, UUID], None]
    parked: Callable[[UUID], None]


def authorize_due(wake: Wake) -> int:
    """Ask for what is due until nothing is, or no provider answers; how many answers came."""
    came = 0
    with _share.taken() as is_free:
        until = time.monotonic() + RUN_MAX_S
        while is_free and time.monotonic() < until and (answers := _ask_some(wake)):
            came += answers
    return came


def _ask_some(wake: Wake) -> int:
    now = timezone.now()
    lease_until = now + LEASE
    due = lease_due(limit=AT_ONCE, now=now, until=lease_until)
    return sum(_note(asked, answer, lease_until, wake) for asked, answer in ask_concurrently(due, _authorize))


def _authorize(asked: Asked) -> str:
    charge = Charge(
        key=str(asked.id),
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        token=asked.token,
        store_code=asked.store_code,
        order_number=asked.order_number,
        first_asked_at=asked.asked_before_at or timezone.now(),
        is_repeat=asked.asked_before_at is not None,
    )
    adapter = provider(asked.provider)
    _refuse_what_cannot_be_asked(asked)
    return adapter.authorize(charge)


def _refuse_what_cannot_be_asked(asked: Asked) -> None:
    """No tender of a pay is asked for if one of them cannot be: no customer's money is set aside for nothing."""
    for name, amount_minor in asked.of_the_pay:
        if reason := why_not(name, amount_minor, asked.currency):
            raise PaymentRefusal(reason)


def _note(asked: Asked, answer: str | Exception, lease_until: datetime, wake: Wake) -> bool:
    """Whether it was an answer."""
    match answer:
        case PaymentFault():
            _failed(asked, answer, lease_until, wake)
            return False
        case PaymentRefusal():
            freed = _answered(asked, AuthorizationState.DECLINED, lease_until, detail=told(answer))
        case _:
            freed = _answered(asked, AuthorizationState.AUTHORIZED, lease_until, reference=str(answer))
    if freed:
        wake.freed(asked.order_id, asked.command_id)
    return True


def _answered(
    asked: Asked, state: AuthorizationState, lease_until: datetime, *, reference: str = "", detail: str = ""
) -> bool:
    return answered(asked, state, reference=reference, detail=detail, lease_until=lease_until, now=timezone.now())


def _failed(asked: Asked, fault: PaymentFault, lease_until: datetime, wake: Wake) -> None:
    error = told(fault)
    if asked.attempts >= ATTEMPTS_MAX and park(asked, error=error, lease_until=lease_until):
        wake.parked(asked.command_id)
        log.error("parked command %s: %s did not answer: %s", asked.command_id, asked.provider, error)
        return
    # What nobody waits for any more is asked for until it is known: it may have to be voided.
    pause_s = random.uniform(0, pause_max_s(asked.attempts, cap_s=BACKOFF_MAX_S))
    later = timezone.now() + timedelta(seconds=pause_s)
    failed(asked, error=error, next_attempt_at=later, lease_until=lease_until)
    log.warning("authorization %s is not known yet: %s", asked.id, error)
