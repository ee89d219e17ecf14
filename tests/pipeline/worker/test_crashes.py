"""Real workers die: a child at any step, a whole worker, again and again. Every command is settled exactly once."""

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.ring import ring
from orders.models import Command, JournalEntry
from project.stack.embedded.child import wait_until
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, sell, wait_settled
from tests.support.shop.shop import open_shop, states

# Where Celery's part is; tests/faults/test_crash_points.py has every step of every command.
STEPS = ["before the first look", "before commit", "after commit", "before acknowledgement"]


@pytest.fixture
def plan(stack_env: dict[str, str], node: StartNode) -> Path:
    """Where `tests.support.processes.crashing` looks up its deaths."""
    plan = Path(stack_env["RINGUP_HOME"]) / "crash"
    plan.mkdir()
    return plan


def is_used_up(death: Path) -> bool:
    return not death.exists()


def test_a_child_killed(node: StartNode, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    node(entry="tests.support.processes.crashing")
    commands = [sell(shop)]
    wait_settled(*commands)
    took = {}
    for step in STEPS:
        (plan / step).touch()
        # Not all of them ring: who dies has what others rely on.
        commands += [sell(shop) for _ in range(3)]
        assert wait_until(partial(is_used_up, plan / step), seconds=SETTLED_WITHIN_S), f"nobody died {step}"
        took[step] = wait_settled(*commands)
        # The next one dies of its own step, not of this one's redelivered message.
        commands.append(sell(shop))
        wait_settled(*commands)
    with capsys.disabled():
        for step, seconds in took.items():
            print(f"\n  child killed {step}: settled {seconds:.1f} s later", end="")
    assert set(states(commands)) == {"applied"}
    assert JournalEntry.objects.count() == len(commands)
    assert shop.level("TEA-80") == (100 - len(commands), 0)
    assert audit() == []


def test_a_command_that_kills_its_worker_every_time_is_parked(node: StartNode, plan: Path) -> None:
    shop = open_shop()
    order_id, killer = shop.sale()
    (plan / str(killer)).touch()
    node(entry="tests.support.processes.crashing")
    ring(Kind.PAY, order_id, killer)
    neighbours = [sell(shop) for _ in range(5)]
    later = shop.submit(Kind.CANCEL, order_id)
    wait_settled(killer, *neighbours)
    assert states([killer, *neighbours, later]) == ["parked", *["applied"] * 5, "pending"]
    parked = Command.objects.get(id=killer)
    assert parked.last_error == "failed 2 times, at last: its worker died each time"
    assert audit() == []


def test_a_whole_worker_killed(node: StartNode, capsys: pytest.CaptureFixture[str]) -> None:
    """The message is with the dead one; the sweeper of another process rings again, for the worker that follows."""
    shop = open_shop(shelf={"TEA-80": 100})
    node("worker-io")
    worker = node()
    wait_settled(sell(shop))
    worker.process.kill("SIGSTOP")
    commands = [sell(shop) for _ in range(20)]
    worker.process.kill()
    next_one = node(name="next")
    took = wait_settled(*commands)
    with capsys.disabled():
        print(f"\n  worker killed: settled {took:.1f} s after the next one, {next_one.name()}, was ready", end="")
    assert set(states(commands)) == {"applied"}
    assert audit() == []


def test_a_worker_that_stands_still_for_a_while(node: StartNode) -> None:
    """Another one settles what it can reach; nothing is done twice when the first goes on."""
    shop = open_shop(shelf={"TEA-80": 100})
    still = node()
    first = sell(shop)
    wait_settled(first)
    for process in still.processes():
        os.kill(process, signal.SIGSTOP)
    commands = [sell(shop) for _ in range(5)]
    other = node(name="other")
    commands.append(sell(shop))
    wait_settled(*commands)
    for process in reversed(still.processes()):
        os.kill(process, signal.SIGCONT)
    assert other.process.stop() == 0
    commands.append(sell(shop))
    wait_settled(*commands)
    assert set(states([first, *commands])) == {"applied"}
    assert JournalEntry.objects.count() == 8
    assert audit() == []


def test_term_finishes_what_runs(node: StartNode) -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    worker = node()
    commands = [sell(shop) for _ in range(50)]
    wait_settled(commands[0])
    assert worker.process.stop() == 0
    assert "pending" not in states(commands[:1])
    node(name="next")
    wait_settled(*commands)
    assert set(states(commands)) == {"applied"}
    assert Command.objects.filter(attempts__gt=0).count() == 0
    assert audit() == []
