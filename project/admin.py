"""The rest of the admin: its people, the schedules of the tasks, and their results."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django_celery_beat import admin as beat
from django_celery_beat import models as schedules
from django_celery_results.models import GroupResult, TaskResult
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from base.admin.window import Window, words
from project.celery import app as celery_app
from project.console.page import TEMPLATE

# The web server's threads send tasks too, and each asks for the default application.
celery_app.set_default()

admin.site.index_template = TEMPLATE

for model in (
    User,
    Group,
    schedules.PeriodicTask,
    schedules.IntervalSchedule,
    schedules.CrontabSchedule,
    schedules.SolarSchedule,
    schedules.ClockedSchedule,
    TaskResult,
    GroupResult,
):
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    pass


class TaskSelect(UnfoldAdminSelectWidget, beat.TaskSelectWidget):
    pass


class PeriodicTaskForm(beat.PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(schedules.PeriodicTask)
class PeriodicTaskAdmin(beat.PeriodicTaskAdmin, ModelAdmin):
    form = PeriodicTaskForm
    date_hierarchy = None


@admin.register(schedules.IntervalSchedule)
class IntervalScheduleAdmin(ModelAdmin):
    pass


@admin.register(schedules.CrontabSchedule)
class CrontabScheduleAdmin(beat.CrontabScheduleAdmin, ModelAdmin):
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
