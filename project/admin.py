"""The rest of the admin: people, schedules and results of tasks, the sidebar, and links to what stands beside it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django.urls import reverse
from django_celery_beat import admin as beat
from django_celery_beat import models as schedules
from django_celery_results.models import GroupResult, TaskResult
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from inventory.admin.window import Window, words
from project import env as environment
from project.celery import app as celery_app

# The web server's threads send tasks too, and each asks for the default application.
celery_app.set_default()

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


PAGES = {
    "Work": {
        "Commands": ("orders_command", "list_alt"),
        "Orders": ("orders_order", "receipt_long"),
        "Payments": ("orders_payment", "payments"),
        "Invoice numbers": ("orders_invoicenumber", "tag"),
        "Refills": ("orders_invoicerefill", "local_gas_station"),
    },
    "Stock": {
        "Levels": ("inventory_stocklevel", "inventory_2"),
        "Low stock": ("inventory_lowstock", "production_quantity_limits"),
        "Movements": ("inventory_stockmovement", "swap_vert"),
        "Holds": ("inventory_hold", "bookmark"),
        "Products": ("inventory_product", "sell"),
        "Locations": ("inventory_location", "warehouse"),
    },
    "Upkeep": {
        "Terminals": ("orders_terminal", "point_of_sale"),
        "Schedules": ("django_celery_beat_periodictask", "schedule"),
        "Task results": ("django_celery_results_taskresult", "task_alt"),
    },
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar. Flower is reached on the host that the admin is reached on."""
    host = request.get_host().partition(":")[0]
    beside = {
        "Flower": (f"{request.scheme}://{host}:{environment.current().flower_port}/", "monitoring"),
        "API": ("/api/v1/docs", "api"),
        "Metrics": ("/metrics", "speed"),
    }
    inside = {
        group: {title: (reverse(f"admin:{page}_changelist"), icon) for title, (page, icon) in pages.items()}
        for group, pages in PAGES.items()
    }
    return [
        {
            "title": group,
            "separator": True,
            "items": [{"title": title, "link": link, "icon": icon} for title, (link, icon) in pages.items()],
        }
        for group, pages in {**inside, "Beside": beside}.items()
    ]


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


@admin.register(TaskResult)
class TaskResultAdmin(Window):
    """What scheduled tasks returned, and the tracebacks of those that crashed."""

    list_display = ("date_done", "status", "task_name", "periodic_task_name", "task_kwargs", "worker", "task_id")
    list_filter = ("status", "task_name", "date_done")
    ordering = ("-id",)
    found_by = {words: ["task_id", "task_name"]}
    fields = (*list_display, "date_created", "date_started", "result", "traceback")
