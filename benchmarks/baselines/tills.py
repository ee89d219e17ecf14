"""What a till does with each baseline: the same sale, as the same JSON."""

import json
import time

import psycopg

from benchmarks.load.clock import Clock
from benchmarks.load.http import request
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sales
from benchmarks.load.tills import authorized, check

LOOK_EVERY_S = 0.01

_FINISHED = """
    SELECT task_id, status FROM django_celery_results_taskresult
    WHERE task_id = ANY(%s) AND status IN ('SUCCESS', 'FAILURE')
"""


def at_view(sales: Sales, *, terminal_key: str, clock: Clock) -> Script:
    headers = authorized(terminal_key)
    while not clock.is_over():
        sale = sales.next().item()
        begun_at = time.perf_counter()
        check((yield request("POST", "/sales", headers=headers, body=sale)), status=201)
        clock.count(1, begun_at=begun_at)


class Queue:
    """The tasks that tills wait for. Asking for their results over HTTP would cost the baseline what it must not
    pay for: one look at the result backend every 10 ms does it for all tills."""

    def __init__(self, database: psycopg.Connection[tuple[str, str]]) -> None:
        self._database = database
        self._unfinished: set[str] = set()
        self._looked_at = 0.0

    def add(self, task_id: str) -> None:
        self._unfinished.add(task_id)

    def is_finished(self, task_id: str) -> bool:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = now
            for finished, status in self._database.execute(_FINISHED, [list(self._unfinished)], prepare=True):
                assert status == "SUCCESS", f"task {finished} failed"
                self._unfinished.discard(finished)
        return task_id not in self._unfinished


def at_task(sales: Sales, *, terminal_key: str, clock: Clock, queue: Queue) -> Script:
    headers = authorized(terminal_key)
    while not clock.is_over():
        sale = sales.next().item()
        begun_at = time.perf_counter()
        body = check((yield request("POST", "/sales/queued", headers=headers, body=sale)), status=202)
        task_id = json.loads(body)["task_id"]
        queue.add(task_id)
        while not queue.is_finished(task_id):
            yield LOOK_EVERY_S
        clock.count(1, begun_at=begun_at)
