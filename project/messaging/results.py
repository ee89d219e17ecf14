"""Results of tasks: kept where something happened or failed. That a look found nothing is no news."""

import logging
from collections.abc import Mapping
from typing import Any

from celery import states
from celery.utils.time import maybe_timedelta
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django_celery_results.backends.database import DatabaseBackend

from base.causes import why

CLEANED_AT_ONCE = 500

log = logging.getLogger(__name__)


def is_nothing(result: Any) -> bool:
    """None, 0, an empty list, or a dict of such."""
    return not any(result.values()) if isinstance(result, Mapping) else not result


class ResultsOfWork(DatabaseBackend):
    """They are for operators to read. While the database is away a worker goes on without them: its main process would
    end if it could not note that a child died, or that a message came too late."""

    def cleanup(self) -> None:
        """A batch at a time: Celery's own deletes in one statement all that is old, which may be more than it can."""
        before = timezone.now() - maybe_timedelta(self.expires)
        results = self.TaskModel._default_manager
        while old := list(
            results.filter(date_done__lt=before).order_by("date_done").values_list("id")[:CLEANED_AT_ONCE]
        ):
            results.filter(id__in=[id_ for (id_,) in old]).delete()

    def store_result(self, task_id: str, result: Any, state: str, *args: Any, **kwargs: Any) -> Any:
        came_too_late = state == states.REVOKED
        if came_too_late or (state == states.SUCCESS and is_nothing(result)):
            return result
        try:
            return super().store_result(task_id, result, state, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            log.warning("the result of task %s is not kept: %s", task_id, why(error))
            return result
