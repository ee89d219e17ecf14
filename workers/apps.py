from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """Its only migration makes the schedules of the tasks, and the row of who sends them."""

    name = "workers"
