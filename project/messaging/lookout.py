"""What Flower looks through: the broker and its queues. It needs neither the tasks nor the database."""

from celery import Celery

from project import env as environment
from project.messaging.broker import configuration

app = Celery("ringup", fixups=[])
app.conf.update(
    **configuration(environment.current().broker_url),
    broker_connection_retry_on_startup=True,  # giving up because it was quicker than the broker
    task_default_queue="io",
    timezone="UTC",
)
