"""Celery's ear: every task is one call. Arguments that a task does not know are let pass: messages outlive releases.

A message names an order, a store or a drawer, and no more: what there is to do is read from the journal. The queue that
it came from says whom its worker helps, besides. So a message
that comes twice, late or for nothing does no harm, and one that is lost is sent again by the sweeper.

A fault of the database that may pass is tried again by Celery, a few seconds later and eight times; then it is counted
as an attempt of the commands it was rung for, and left to the sweeper. A message that is delivered again was in the
hands of a worker that died: what it names is run one by one and counted, so that a command that kills its worker is
parked in the end. Where commands were parked, the task fails with the reason of the first, for whoever watches Celery.
"""

import random
from typing import Any
from uuid import UUID

from celery import Task, shared_task

from base.sql.faults import DATABASE_ERRORS, cause, passes
from base.sql.retry_transient import retries
from orders.commands.core.machine import DRAWER_KINDS, ORDER_KINDS, STOCK_KINDS, Kind
from orders.journal.core.batch import DrawerSubject, OrderSubject, StoreSubject, Subject
from orders.journal.core.shares import COMMANDS
from orders.journal.db.attempts import begin
from workers.follow_up import ring_for_others
from workers.isolate import isolate
from workers.run import run, stay_on

RETRIES_MAX = 8
RETRY_S = (1, 5)


class CommandsParked(Exception):
    """Commands failed for a reason that is not the business's and wait for an operator; the traceback tells why."""


def answer_ring(task: Task, subjects: list[Subject]) -> None:
    """Run what was rung for. A fault that may pass is retried by Celery, in the end counted and left to the sweeper."""
    # Whoever had a redelivered message before died of it, or with it: that is run one by one, and counted.
    is_redelivered, queue = task.request.delivery_info.get("redelivered"), queue_of(task)
    try:
        failures = isolate(subjects) if is_redelivered else [*run(subjects, queue=queue), *stay_on(queue=queue)]
    except DATABASE_ERRORS as error:
        if not passes(error):
            raise
        if task.request.retries >= RETRIES_MAX:
            for subject in subjects:
                begin(subject)
            raise
        retries.labels(cause(error)).inc()
        raise task.retry(exc=error, countdown=random.randint(*RETRY_S), max_retries=RETRIES_MAX) from error
    if is_redelivered:
        # Who relied on this message; in another one, that what may kill a worker does not come first.
        ring_for_others(queue)
    if failures:
        raise CommandsParked(f"{len(failures)} parked") from failures[0]


def queue_of(task: Task) -> str:
    """The queue that its message came from: RabbitMQ puts before it how late a retry is to come."""
    key: str = task.request.delivery_info.get("routing_key") or COMMANDS
    return key.rpartition(".")[2]


def order_task(kind: Kind) -> Task:
    """The task that a ring for a command of this kind calls: all that is pending for its order is settled."""

    @shared_task(bind=True, name=f"orders.{kind}", ignore_result=True)
    def task(self: Task, *, order_id: str, **_: Any) -> None:
        answer_ring(self, [OrderSubject(UUID(order_id))])

    return task


def stock_task(kind: Kind) -> Task:
    """The same for a stock command: all that is pending for its store."""

    @shared_task(bind=True, name=f"orders.{kind}", ignore_result=True)
    def task(self: Task, *, store_id: int, **_: Any) -> None:
        answer_ring(self, [StoreSubject(store_id)])

    return task


def drawer_task(kind: Kind) -> Task:
    """The same for a command of a drawer: all that is pending for it."""

    @shared_task(bind=True, name=f"orders.{kind}", ignore_result=True)
    def task(self: Task, *, drawer_id: int, **_: Any) -> None:
        answer_ring(self, [DrawerSubject(drawer_id)])

    return task


for _kind in sorted(ORDER_KINDS):
    order_task(_kind)
for _kind in sorted(STOCK_KINDS):
    stock_task(_kind)
for _kind in sorted(DRAWER_KINDS):
    drawer_task(_kind)


@shared_task(bind=True, name="orders.bulk", ignore_result=True)
def bulk(self: Task, *, order_ids: list[str], store_ids: list[int], drawer_ids: list[int], **_: Any) -> None:
    of_orders, of_stores = map(OrderSubject, map(UUID, order_ids)), map(StoreSubject, store_ids)
    answer_ring(self, [*of_orders, *of_stores, *map(DrawerSubject, drawer_ids)])
