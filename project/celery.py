"""The Celery application: one queue for commands or more, one for upkeep, and for every setting what it prevents."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.beat import Service
from celery.signals import beat_init, setup_logging, worker_init
from django.db.backends.signals import connection_created

from base.sql import clock
from project import env as environment
from project.database import begin_session
from project.imports import check_outside, check_rules
from project.messaging.broker import configuration
from project.messaging.dead_letters import DeadLetters
from project.messaging.events import EventsInBatches
from project.messaging.taking import Takes
from project.stack.asked import on_first_signal
from project.upgrade.schema import wait_for_tables

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

TASK_TIME_LIMIT_S = 60


class DatedByDatabase(Celery):
    amqp_cls = "project.messaging.again:Messages"
    now = clock.instead_of(Celery.now)  # one host dates what another one reads


app = DatedByDatabase("ringup")
app.conf.update(
    include=["workers.tasks", "workers.upkeep", "workers.loop", "workers.signs"],
    **configuration(environment.current().broker_url, environment.current().queues_of_commands),
    task_default_queue="io",
    task_routes={"orders.*": {"queue": environment.COMMANDS}},
    task_create_missing_queues=False,  # a queue that nobody reads, born of a typing error
    # Delivery
    task_acks_late=True,  # losing a task whose worker dies while it runs
    task_reject_on_worker_lost=True,  # losing a task whose child alone is killed
    worker_lost_wait=2,  # ten seconds of silence after each killed child
    task_acks_on_failure=True,  # a failing task that comes back for ever; the sweeper decides about repeats
    task_acks_on_timeout=True,  # the same for one that is too slow
    worker_prefetch_multiplier=1,  # a child that hoards messages while its neighbour idles
    task_time_limit=TASK_TIME_LIMIT_S,  # a hung child; PostgreSQL's own timeouts are far below it
    # Results: a command's outcome is in its row; these are for scheduled tasks and tracebacks.
    result_backend="project.messaging.results:ResultsOfWork",
    result_extended=True,  # a traceback without the name and arguments of its task
    task_store_errors_even_if_ignored=True,  # a crash that leaves no trace
    task_track_started=False,  # a second database write for every scheduled task
    # Publishing: the journal has the command already, so a till waits for a dead broker only briefly.
    task_publish_retry=True,
    task_publish_retry_policy={
        "max_retries": 2,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    },
    broker_pool_acquire_timeout=3,  # waiting without end for a broker connection
    # Connections
    broker_connection_retry_on_startup=True,  # a worker that gives up because it was quicker than the broker
    broker_connection_max_retries=None,  # a worker that gives up during a long outage
    broker_channel_error_retry=True,  # a worker that stops at a broken channel, as on a failover
    # Stopping: TERM finishes what runs; a second limit keeps a worker from dying in mid-commit.
    worker_soft_shutdown_timeout=20,
    worker_enable_soft_shutdown_on_idle=True,  # messages reserved but not begun, lost from sight at a stop
    # Watching
    worker_send_task_events=True,  # an empty Flower
    task_send_sent_event=True,  # tasks that Flower sees only once they begin
    # Schedules
    beat_scheduler="project.messaging.scheduler:LookingScheduler",
    timezone="UTC",
    CELERY_DB_REUSE_MAX=10_000,  # a new database connection for every task
)

app.steps["consumer"].add(EventsInBatches)
app.steps["consumer"].add(DeadLetters)
app.steps["consumer"].add(Takes)


@setup_logging.connect
def log_as_django_does(**_: Any) -> None:
    """Celery would replace the handlers by its own."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def check_settings(sender: Any, **_: Any) -> None:
    if "io" in sender.app.amqp.queues.consume_from:
        environment.insist(environment.current().check_payments)
        environment.insist(check_outside)
    environment.insist(check_rules)


@worker_init.connect
def take_from_its_queues(sender: Any, **_: Any) -> None:
    """`-Q commands` are those that the setting names, or all: one that nobody was told to serve is served."""
    queues, env = sender.app.amqp.queues, environment.current()
    if environment.COMMANDS in queues.consume_from:
        queues.select(env.worker_queues or env.queues_of_commands)


@worker_init.connect
def wait_for_tables_of_this_release(**_: Any) -> None:
    """Or each command that it takes would be parked for a column that is not there yet."""
    wait_for_tables()


@worker_init.connect
def begin_sessions_of_workers(**_: Any) -> None:
    connection_created.connect(begin_session)


@beat_init.connect
def stop_beat_between_two_looks(sender: Service, **_: Any) -> None:
    """Celery's own handler saves the schedule at once, and waits for itself if it interrupted a query."""
    on_first_signal(sender.stop)
