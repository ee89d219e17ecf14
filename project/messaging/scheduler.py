"""Beat's scheduler: the schedules of the admin, each looked at before its task is sent.

A period is how often it is looked; the task is sent only if there is work. While the database is away one line says so.
After each look beat gives a sign of life: nobody can ask it for one.

Several beats may run, each on a host of its own: one leads, and the others stand by until its lease is over. One that
hung in the midst of sending may send that once more while the next one leads: any task may be sent twice.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from celery.beat import ScheduleEntry
from django.db import connection
from django.db.backends.signals import connection_created
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from base.causes import why
from base.notes.where import url_of_notes
from base.outside.signs import Giver, Role
from base.sql import clock
from base.sql.faults import DATABASE_ERRORS
from base.sql.lead import Lead
from project.database import begin_session

CHANGES_LOOKED_AT_EVERY_S = 5.0
AGAIN_AFTER_S = 1.0
LEADS_FOR = timedelta(seconds=6)
LEADS_ON_EVERY_S = 2.0
"""A leader that is gone is followed after seven seconds at most: its lease, and until the next one asks again."""

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class LookingScheduler(DatabaseScheduler):
    _last_timestamp: datetime | None
    _schedule: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._changes_looked_at = float("-inf")
        self._is_away = False
        self._sign = Giver(Role.BEAT, url_of_notes())
        self._me = f"{socket.gethostname()} {os.getpid()} {time.time_ns()}"
        self._lead = Lead("beat", holder=self._me, lease=LEADS_FOR)
        self._leads, self._lead_asked_at = False, float("-inf")
        connection_created.connect(begin_session)
        super().__init__(*args, **kwargs)

    def adjust(self, n: float, drift: float = 0.0) -> float:
        """Celery wakes up ten milliseconds early and then asks without a pause until it is time, which was most of what
        beat did in an idle shop (measured)."""
        return n + drift

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self._has_lead():
            return AGAIN_AFTER_S
        pause_s: float = super().tick(*args, **kwargs)
        return min(pause_s, LEADS_ON_EVERY_S)

    def _has_lead(self) -> bool:
        if time.monotonic() - self._lead_asked_at >= (LEADS_ON_EVERY_S if self._leads else AGAIN_AFTER_S):
            self._ask(self._lead.take, otherwise=False)
            self._lead_asked_at = time.monotonic()
        led, self._leads = self._leads, self._lead.is_mine
        if self._leads and not led:
            log.info("this beat leads: %s", self._me)
            self._begin()
        elif led and not self._leads:
            log.warning("another beat leads, or none can: %s stands by", self._me)
            self._dirty.clear()  # when each was last sent says who leads
        return self._leads

    def _begin(self) -> None:
        """From where who led before has left off."""
        self._schedule, self._heap = self.all_as_schedule(), None

    def is_due(self, entry: ModelEntry) -> Any:
        """Not while the database is away: what is due then is due when it is back."""
        is_due, next_s = super().is_due(entry)
        if not is_due:
            return is_due, next_s
        has_work = self._ask(lambda: self._look(entry), otherwise=None)
        if has_work:
            return True, next_s
        if has_work is None:
            return False, AGAIN_AFTER_S
        entry.last_run_at = entry.model.last_run_at = entry._default_now()
        return False, next_s

    def _look(self, entry: ScheduleEntry) -> bool:
        from workers.looks import LOOKS  # its models need Django's settings, which name this module's neighbours

        look = LOOKS.get(entry.task)
        return look is None or look(clock.now())

    def schedule_changed(self) -> bool:
        now = time.monotonic()
        if now - self._changes_looked_at < CHANGES_LOOKED_AT_EVERY_S:
            return False
        self._changes_looked_at = now
        before, self._last_timestamp = self._last_timestamp, self._last_change()
        now_known = self._last_timestamp
        return before is not None and now_known is not None and now_known > before

    def all_as_schedule(self) -> dict[str, ModelEntry]:
        read = super().all_as_schedule
        while (found := self._ask(read, otherwise=self._schedule)) is None:
            time.sleep(AGAIN_AFTER_S)  # at the start there is nothing else to go by
        # Sent by one whose clock is ahead of ours: it would not be due again until ours is as far.
        for entry in found.values():
            entry.last_run_at = entry.model.last_run_at = min(entry.last_run_at, entry._default_now())
        return dict(found)

    def sync(self) -> None:
        """What cannot be saved now is saved the next time."""
        self._last_change()
        if not self._is_away:
            super().sync()

    def close(self) -> None:
        super().close()
        with suppress(*DATABASE_ERRORS):
            self._lead.give_up()

    def _last_change(self) -> Any:
        return self._ask(self.Changes.last_change, otherwise=self._last_timestamp)

    def _ask(self, question: Callable[[], Answer], *, otherwise: Answer) -> Answer:
        answer = self._answer(question, otherwise=otherwise)
        self._sign.give()
        return answer

    def _answer(self, question: Callable[[], Answer], *, otherwise: Answer) -> Answer:
        try:
            connection.ensure_connection()
            answer = question()
        except DATABASE_ERRORS as error:
            connection.close()
            if not self._is_away:
                self._is_away = True
                log.warning("the database does not answer, nothing is sent: %s", why(error))
            return otherwise
        if self._is_away:
            self._is_away = False
            log.warning("the database answers again")
        return answer
