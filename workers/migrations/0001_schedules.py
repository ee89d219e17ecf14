"""The schedules as rows, made once: from then on an operator changes them in the admin, and no start resets them."""

from typing import Any

from django.db import migrations

from base.sql.made import makes

# task -> period in seconds; a run that was not begun within its period is dropped.
SCHEDULES = {
    "upkeep.sweep": 10,  # the worker for upkeep sweeps every second by itself
    "upkeep.relay_outbox": 1,
    "upkeep.authorize_payments": 2,
    "upkeep.relay_payments": 2,
    "upkeep.expire_holds": 5,
    "upkeep.refill_invoice_pool": 60,
    "upkeep.number_late_sales": 60,
    "upkeep.allocate_backorders": 5,
    "upkeep.report_low_stock": 60,
    "upkeep.look_at_changes": 30,  # a drift is found within a minute
    "upkeep.audit_invariants": 3600,
    "upkeep.archive": 86400,
    "upkeep.purge": 86400,
}

# Which of several beats sends them (base.sql.lead).
LEAD = """
CREATE TABLE ringup_lead (
    name text PRIMARY KEY,
    holder text NOT NULL,
    until timestamptz NOT NULL
)
"""


def add(apps: Any, _: Any) -> None:
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    for name, seconds in SCHEDULES.items():
        every, _created = interval.objects.get_or_create(every=seconds, period="seconds")
        task.objects.get_or_create(
            name=name,
            defaults={"task": name, "interval": every, "queue": "io", "expire_seconds": max(seconds, 2)},
        )


def remove(apps: Any, _: Any) -> None:
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=SCHEDULES).delete()


class Migration(migrations.Migration):
    dependencies = [("django_celery_beat", "0019_alter_periodictasks_options")]

    operations = [migrations.RunPython(add, remove), makes(LEAD)]
