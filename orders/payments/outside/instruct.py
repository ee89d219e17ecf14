"""Telling payment providers to capture, void and refund what transactions decided.

See orders.payments.db.instructions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from base.outside.asking import ask, checked
from base.outside.lease_loop import Failure, Kind, Ran, Work, run
from base.outside.pages import A_RUN, Due, Pages
from base.outside.share import Share
from orders.payments.core.instructions import InstructionKind
from orders.payments.db import instructions
from orders.payments.db.instructions import Leased
from orders.payments.port import REFERENCE_LENGTH_MAX, Step
from orders.payments.registry import provider

WORK = Work(
    share=Share(1, task="upkeep.relay_payments"),
    batch=8,
    probes=None,
    # Some hours: an outage overnight parks nothing.
    attempts_max=50,
    outage_parks=True,
    backoff_max_s=900,
)

_pages = Pages[Leased, Due](at_once=A_RUN)
"""Of the one that relays: the next run goes on where this one had read enough."""


def relay_payments() -> Ran:
    """Carry out what is due until nothing is, or no provider answers. One at a time in a process."""
    _pages.begin()
    return run(WORK, _Instructions(_pages))


@dataclass(frozen=True, slots=True)
class _Instructions(Kind[Leased, str]):
    pages: Pages[Leased, Due]

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Leased]:
        return self.pages.next(partial(instructions.lease_due, limit=limit, now=now, until=until))

    def ask(self, item: Leased) -> str:
        return ask(lambda: _carry_out(item), of=f"payment provider {item.provider}")

    def done(self, answers: Sequence[tuple[Leased, str]], *, lease_until: datetime, now: datetime) -> int:
        return sum(
            instructions.done(leased, reference=reference, lease_until=lease_until, now=now)
            for leased, reference in answers
        )

    def failed(self, failures: Sequence[Failure[Leased]], *, lease_until: datetime) -> None:
        for one in failures:
            instructions.failed(one, lease_until=lease_until)

    def name(self, item: Leased) -> str:
        return f"{item.kind} of {item.authorization_id}"


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
    return checked(verbs[leased.kind](step), length_max=REFERENCE_LENGTH_MAX)
