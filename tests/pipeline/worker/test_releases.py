"""A worker of this release beside what others have: tables that are older, messages that are newer."""

from pathlib import Path

import pytest
from django.db import connection

from base.broker.choose import broker_at
from orders.commands.core.machine import Kind
from orders.journal.ring import QUEUE, WAITING_MAX, message
from project.stack.embedded.child import wait_until
from tests.support.processes.nodes import Process, start
from tests.support.shop.shop import open_shop, state

WITHIN_S = 60
LAST = "app = 'orders' AND name = '0003_guards'"


@pytest.mark.usefixtures("own_database")
def test_it_waits_for_its_tables_and_passes_over_what_it_does_not_know(
    stack_env: dict[str, str], tmp_path: Path
) -> None:
    order_id, command_id = open_shop().sale()
    told = {"order_id": str(order_id), "command_id": str(command_id), "priority": "of the next release"}
    rings = broker_at(stack_env["BROKER_URL"]).rings(QUEUE, waiting_max=WAITING_MAX)
    for task in ("orders.exchange", f"orders.{Kind.PAY}"):
        rings.push(rings.packed(message(task, str(command_id), told)), though_one_waits=True)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE django_migrations SET name = 'not_yet' WHERE {LAST}")
    worker = start("worker", environ=stack_env, folder=tmp_path)
    try:
        assert wait_until(lambda: says(worker, "waiting: migrations are not applied"), seconds=WITHIN_S), worker.logs()
        assert state(command_id) == "pending"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = '0003_guards' WHERE name = 'not_yet'")
        assert wait_until(lambda: state(command_id) == "applied", seconds=WITHIN_S), worker.logs()
        assert says(worker, "Received unregistered task of type")
        assert worker.status == "running"
    finally:
        worker.kill()


def says(worker: Process, words: str) -> bool:
    return words in worker.logs().decode()
