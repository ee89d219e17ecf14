"""Beat's scheduler: the schedules of the admin, each looked at before its task is sent.

A period is how often it is looked; the task is sent only if there is work. While the database is away one line says so.
After each look beat gives a sign of life: nobody can ask it for one.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from celery.beat import ScheduleEntry
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.signals import connection_created
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from base.causes import why
from base.notes.where import url_of_notes
from base.outside.signs import Giver, Role
from project.database import limit_transactions

CHANGES_LOOKED_AT_EVERY_S = 5.0
AGAIN_AFTER_S = 1.0

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class LookingScheduler(DatabaseScheduler):
    _last_timestamp: datetime | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._changes_looked_at = float("-inf")
        self._is_away = False
        self._sign = Giver(Role.BEAT, url_of_notes())
        connection_created.connect(limit_transactions)
        super().__init__(*args, **kwargs)

    def adjust(self, n: float, drift: float = 0.0) -> float:
        """Celery wakes up ten milliseconds early and then asks without a pause until it is time, which was most of what
        beat did in an idle shop (measured)."""
        return n + drift

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
        return look is None or look(timezone.now())

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
        return dict(found)

    def sync(self) -> None:
        """What cannot be saved now is saved the next time."""
        self._last_change()
        if not self._is_away:
            super().sync()

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
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            if not self._is_away:
                self._is_away = True
                log.warning("the database does not answer, nothing is sent: %s", why(error))
            return otherwise
        if self._is_away:
            self._is_away = False
            log.warning("the database answers again")
        return answer
