"""Asking payment providers for the authorizations that pays wait for, outside every lock and transaction.

Each was committed as requested before. Whoever finds it so asks under the same key: a lost answer is asked for again,
and nothing is charged twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from base.lines import named
from base.outside.asking import ask, checked
from base.outside.lease_loop import Failure, Fate, Kind, Work, run
from base.outside.share import Share
from base.sql import clock
from orders.commands.core import machine
from orders.commands.core.authorization import AuthorizationState
from orders.commands.core.outcomes import CommandState
from orders.payments.db import authorizations
from orders.payments.db.authorizations import Asked
from orders.payments.port import REFERENCE_LENGTH_MAX, Charge
from orders.payments.registry import provider

WORK = Work(
    # While one waits for a provider that hangs, the other goes on.
    share=Share(2, task="upkeep.authorize_payments"),
    batch=8,
    probes=None,
    # About a minute: then the customer is gone, and an operator decides.
    attempts_max=8,
    outage_parks=True,
    backoff_max_s=30,
)

log = logging.getLogger(__name__)


class Wake(NamedTuple):
    """Whom to tell. `freed`: the order and the pay that waits for no provider any more; `parked`: the pay that no
    provider answered."""

    freed: Callable[[UUID, UUID], None]
    parked: Callable[[UUID], None]


def authorize_due(wake: Wake) -> int:
    """Ask for what is due until nothing is, or no provider answers; how many answers came."""
    ran = run(WORK, _Authorizations(wake))
    return ran.done + ran.refused


@dataclass(frozen=True, slots=True)
class _Authorizations(Kind[Asked, str]):
    """A refusal is an answer as good as any other: the provider declines."""

    wake: Wake

    lease_due = staticmethod(authorizations.lease_due)

    def ask(self, item: Asked) -> str:
        return ask(lambda: _authorize(item), of=f"payment provider {item.provider}", secrets=(item.token,))

    def done(self, answers: Sequence[tuple[Asked, str]], *, lease_until: datetime, now: datetime) -> int:
        for asked, reference in answers:
            self._answered(asked, AuthorizationState.AUTHORIZED, lease_until, reference=reference)
        return len(answers)

    def failed(self, failures: Sequence[Failure[Asked]], *, lease_until: datetime) -> None:
        for one in failures:
            if one.fate is Fate.REFUSED:
                self._answered(one.item, AuthorizationState.DECLINED, lease_until, detail=one.error)
            elif one.fate is Fate.LATER or not self._is_parked(one, lease_until):
                # What nobody waits for any more is asked for until it is known: it may have to be voided.
                authorizations.failed(one, lease_until=lease_until)

    def name(self, item: Asked) -> str:
        return f"authorization {item.id} by {item.provider}"

    def _answered(self, asked: Asked, state: AuthorizationState, lease_until: datetime, **said: str) -> None:
        if authorizations.answered(asked, state, lease_until=lease_until, now=clock.now(), **said):
            self.wake.freed(asked.order_id, asked.command_id)

    def _is_parked(self, one: Failure[Asked], lease_until: datetime) -> bool:
        asked = one.item
        if not authorizations.park(asked, error=one.error, lease_until=lease_until):
            return False
        self.wake.parked(asked.command_id)
        told = named(asked.command_id, kind=machine.Kind.PAY, order_id=asked.order_id, outcome=CommandState.PARKED)
        log.error("parked command %s: %s did not answer: %s", asked.command_id, asked.provider, one.error, extra=told)
        return True


def _authorize(asked: Asked) -> str:
    charge = Charge(
        key=asked.key,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        token=asked.token,
        store_code=asked.store_code,
        order_number=asked.order_number,
        first_asked_at=asked.asked_before_at or timezone.now(),
        is_repeat=asked.asked_before_at is not None,
    )
    return checked(provider(asked.provider).authorize(charge), length_max=REFERENCE_LENGTH_MAX)
