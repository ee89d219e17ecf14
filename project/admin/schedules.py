"""The schedules of the tasks, and their results."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django_celery_beat import admin as beat
from django_celery_beat import models as schedules
from django_celery_results.models import GroupResult, TaskResult
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from base.admin.window import Kept, Window, words
from project.celery import app as celery_app

# The web server's threads send tasks too, and each asks for the default application.
celery_app.set_default()

for model in (
    schedules.PeriodicTask,
    schedules.IntervalSchedule,
    schedules.CrontabSchedule,
    schedules.SolarSchedule,
    schedules.ClockedSchedule,
    TaskResult,
    GroupResult,
):
    admin.site.unregister(model)


class Schedule(Kept):
    """Nothing refers to what a schedule was."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.delete_{self.opts.model_name}"))


class TaskSelect(UnfoldAdminSelectWidget, beat.TaskSelectWidget):
    pass


class PeriodicTaskForm(beat.PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(schedules.PeriodicTask)
class PeriodicTaskAdmin(Schedule, beat.PeriodicTaskAdmin):
    form = PeriodicTaskForm
    date_hierarchy = None
    found_by = {words: ["name__icontains", "task__icontains"]}


@admin.register(schedules.IntervalSchedule)
class IntervalScheduleAdmin(Schedule):
    pass


@admin.register(schedules.CrontabSchedule)
class CrontabScheduleAdmin(Schedule, beat.CrontabScheduleAdmin):
    inlines = ()


class TaskFilter(admin.SimpleListFilter):
    """Those that are scheduled: all results would have to be read through for their names."""

    title = "task"
    parameter_name = "task"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        names = schedules.PeriodicTask.objects.order_by("task").values_list("task", flat=True).distinct()
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TaskResult]) -> QuerySet[TaskResult]:
        return queryset.filter(task_name=self.value()) if self.value() else queryset


@admin.register(TaskResult)
class TaskResultAdmin(Window):
    """What scheduled tasks returned, and the tracebacks of those that crashed."""

    list_display = ("date_done", "status", "task_name", "periodic_task_name", "task_kwargs", "worker", "task_id")
    list_filter = ("status", TaskFilter, "date_done")
    ordering = ("-id",)
    found_by = {words: ["task_id", "task_name"]}
    fields = (*list_display, "date_created", "date_started", "result", "traceback")
