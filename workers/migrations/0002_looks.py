"""The audit looks each half minute at what was touched, so that a drift is found within a minute."""

from typing import Any

from django.db import migrations

NAME, EVERY_S = "upkeep.look_at_changes", 30


def add(apps: Any, _: Any) -> None:
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    every, _created = interval.objects.get_or_create(every=EVERY_S, period="seconds")
    task.objects.get_or_create(
        name=NAME, defaults={"task": NAME, "interval": every, "queue": "io", "expire_seconds": EVERY_S}
    )


def remove(apps: Any, _: Any) -> None:
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_schedules")]

    operations = [migrations.RunPython(add, remove)]
