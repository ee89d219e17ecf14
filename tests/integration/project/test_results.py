"""Results of tasks that are old are deleted, so many at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_results.models import TaskResult

from project.celery import app
from project.messaging.results import CLEANED_AT_ONCE, ResultsOfWork
from tests.support.grown.plans import watched

pytestmark = pytest.mark.django_db

OLD = 2 * CLEANED_AT_ONCE + 1


def test_old_results_are_deleted_in_batches_and_new_ones_stay() -> None:
    TaskResult.objects.bulk_create(TaskResult(task_id=f"task {n}", status="FAILURE") for n in range(OLD + 1))
    TaskResult.objects.exclude(task_id="task 0").update(date_done=timezone.now() - timedelta(days=40))
    with watched() as went:
        ResultsOfWork(app=app).cleanup()
    assert list(TaskResult.objects.values_list("task_id", flat=True)) == ["task 0"]
    deleted = [one.plan["Plans"][0]["Actual Rows"] for one in went if one.text.startswith("DELETE")]
    assert deleted == [CLEANED_AT_ONCE, CLEANED_AT_ONCE, 1]
