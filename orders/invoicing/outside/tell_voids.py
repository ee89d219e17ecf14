"""Telling accounting which numbers are void, so that there is a trace of them there too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from base.outside.asking import ask
from base.outside.lease_loop import Failure, Fate, Kind, Work, run
from base.sql import clock
from orders.accounting.outside import relay
from orders.accounting.port import Voids
from orders.invoicing.db import void_notices
from orders.invoicing.db.void_notices import Notice

# One at a time, and accounting that does not answer once is left alone: entries go before, in the same thread.
WORK = Work(share=relay.WORK.share, batch=1, probes=1, backoff_max_s=60)
AFTER_REFUSAL = timedelta(hours=1)
"""A person has to change something there first."""


def relay_voids(accounting: Voids) -> int:
    """Tell what is due until accounting does not answer; how many it was told."""
    return run(WORK, _Notices(accounting)).done


@dataclass(frozen=True, slots=True)
class _Notices(Kind[Notice, None]):
    accounting: Voids

    def lease_due(self, *, limit: int, now: datetime, until: datetime) -> Sequence[Notice]:
        assert limit == 1
        notice = void_notices.lease_due(now=now, until=until)
        return [notice] if notice else []

    def ask(self, item: Notice) -> None:
        tell = self.accounting.void
        ask(lambda: tell(store_code=item.store_code, number=item.number, reason=item.reason), of="accounting")

    def done(self, answers: Sequence[tuple[Notice, None]], *, lease_until: datetime, now: datetime) -> int:
        for notice, _ in answers:
            void_notices.told(notice, now=now)
        return len(answers)

    def failed(self, failures: Sequence[Failure[Notice]], *, lease_until: datetime) -> None:
        for one in failures:
            at = clock.now() + AFTER_REFUSAL if one.fate is Fate.REFUSED else one.next_attempt_at
            void_notices.failed(one.item, error=one.error, next_attempt_at=at)

    def name(self, item: Notice) -> str:
        return f"the void of {item.number}"
