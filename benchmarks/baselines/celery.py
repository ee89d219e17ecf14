"""A Celery application as the documentation of Celery and django-celery-results has it."""

from celery import Celery

from benchmarks.baselines import QUEUE
from project import env as environment

app = Celery("baselines", broker=environment.current().broker_url)
app.conf.update(
    result_backend="django-db",
    task_default_queue=QUEUE,
    CELERY_DB_REUSE_MAX=10_000,  # the same favour that the product's workers do themselves
)
app.autodiscover_tasks(["benchmarks.baselines"])
