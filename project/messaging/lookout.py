"""What Flower looks through: the broker and its queues. It needs neither the tasks nor the database."""

from celery import Celery

from project import env as environment
from project.messaging.broker import QUEUES, TRANSPORT_OPTIONS

app = Celery("ringup", fixups=[])
app.conf.update(
    broker_url=environment.current().broker_url or "redis://broker-url-is-unset.invalid",
    broker_transport_options=TRANSPORT_OPTIONS,
    broker_connection_retry_on_startup=True,  # giving up because it was quicker than the broker
    task_queues=QUEUES,
    task_default_queue="io",
    timezone="UTC",
)
