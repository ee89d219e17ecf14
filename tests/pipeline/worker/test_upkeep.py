"""Schedules, their results, and the tracebacks of commands that failed: what an operator finds in the admin."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_results.models import TaskResult

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.ring import ring
from orders.models import Command, InvoiceNumber, JournalEntry
from project import env as environment
from project.stack.embedded.child import wait_until
from tests.support.accounting.simulator import simulating
from tests.support.processes.nodes import Process, StartNode, start
from tests.support.shop.rung import execute
from tests.support.shop.sales import SETTLED_WITHIN_S, sell, wait_settled
from tests.support.shop.shop import open_shop, state, states


@pytest.fixture
def two_beats(node: StartNode, stack_env: dict[str, str]) -> Iterator[list[Process]]:
    home = Path(stack_env["RINGUP_HOME"])
    beats = [start("beat", name=name, environ=stack_env, folder=home) for name in ("beat", "beat-too")]
    yield beats
    for beat in beats:
        beat.kill()


def schedule() -> dict[str, Any]:
    rows = PeriodicTask.objects.filter(name__startswith="upkeep.")
    return {row.name: (row.interval.every, row.enabled, row.queue, row.expire_seconds) for row in rows}


def test_two_beats_and_two_sweepers(node: StartNode, two_beats: list[Process]) -> None:
    """Everything is scheduled twice, and swept by a loop as well; each command is settled once."""
    shop = open_shop(shelf={"TEA-80": 100})
    never_rung = [shop.sale()[1] for _ in range(10)]
    Command.objects.update(ring_at="2026-01-01T00:00:00Z")
    for role in ("worker-io", "worker"):
        node(role)
    wait_settled(*never_rung)
    # There is no accounting system, so that entries are due again and again: beat finds them without a nudge.
    done = TaskResult.objects.filter(task_name="upkeep.relay_outbox", periodic_task_name="upkeep.relay_outbox")
    assert wait_until(done.exists, seconds=SETTLED_WITHIN_S)
    assert not TaskResult.objects.exclude(status="SUCCESS").exists()
    assert [beat.status for beat in two_beats] == ["running", "running"]
    assert set(states(never_rung)) == {"applied"}
    assert JournalEntry.objects.count() == 10
    assert audit() == []


def test_a_command_that_fails_leaves_its_traceback(node: StartNode) -> None:
    """Its payload is one that no request can have, so deciding it is a bug."""
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    broken = shop.submit(Kind.PAY, order_id, tenders=[{"method": "shells"}])
    node()
    ring(Kind.PAY, order_id, broken)
    neighbour = sell(shop)
    wait_settled(broken, neighbour)
    assert states([broken, neighbour]) == ["parked", "applied"]
    failure = TaskResult.objects.filter(task_id=str(broken))
    assert wait_until(failure.exists, seconds=SETTLED_WITHIN_S)
    told = failure.get()
    assert (told.status, told.task_name) == ("FAILURE", "orders.pay")
    assert str(order_id) in told.task_kwargs
    assert "CommandsParked: 1 parked" in told.traceback
    assert Command.objects.get(id=broken).last_error in told.traceback
    assert not TaskResult.objects.filter(task_id=str(neighbour)).exists()
    assert state(broken) == "parked"


def test_a_pool_is_filled_before_the_first_sale(node: StartNode, stack_env: dict[str, str], tmp_path: Path) -> None:
    shop = open_shop(numbers=0)
    with simulating(tmp_path / "accounting") as simulator:
        stack_env["ACCOUNTING_URL"] = simulator.url
        node("worker-io")
        free = InvoiceNumber.objects.filter(store_id=shop.store_id, state="free")
        assert wait_until(free.exists, seconds=SETTLED_WITHIN_S)


def test_an_operators_schedule_survives_the_next_start(
    own_database: str, stack_env: dict[str, str], node: StartNode
) -> None:
    made = schedule()
    assert {"upkeep.sweep", "upkeep.refill_invoice_pool", "upkeep.audit_invariants", "upkeep.look_at_changes"} <= set(
        made
    )
    assert {queue for _, _, queue, _ in made.values()} == {"io"}
    assert all(expires for _, _, _, expires in made.values())
    every, _ = IntervalSchedule.objects.get_or_create(every=17, period="seconds")
    PeriodicTask.objects.filter(name="upkeep.sweep").update(interval=every)
    PeriodicTask.objects.filter(name="upkeep.archive").update(enabled=False)
    changed = schedule()
    migrate = [sys.executable, "-m", "project", "manage", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=stack_env, cwd=environment.PROJECT_FOLDER, check=True)
    beat = start("beat", environ=stack_env, folder=Path(stack_env["RINGUP_HOME"]))
    ran = PeriodicTask.objects.filter(total_run_count__gt=0)
    order_id, _ = open_shop().sale()
    execute([order_id], helps=False)  # its entry is work for every look: no accounting system takes it
    node("worker-io")
    assert wait_until(ran.exists, seconds=SETTLED_WITHIN_S)
    beat.kill()
    assert schedule() == changed != made
    assert schedule()["upkeep.sweep"][0] == 17
