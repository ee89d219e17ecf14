from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """Its only migration makes the schedules of the tasks."""

    name = "workers"
