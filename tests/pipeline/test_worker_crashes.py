"""Real workers die: a child at any step, a whole worker, again and again. Every command is settled exactly once."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.core.machine import Kind
from orders.dispatch import ring
from orders.models import Command, JournalEntry
from project.embedded.child import wait_until
from tests.support.nodes import Node, start
from tests.support.shop import Shop, open_shop, states
from workers.audit import audit

SETTLED_WITHIN_S = 30
STEPS = [
    "before the first look",
    "before claim",
    "after locks of orders",
    "after locks of levels",
    "after decide",
    "before save",
    "before commit",
    "after commit",
    "after announcement",
    "before acknowledgement",
]

StartNode = Callable[..., Node]


@pytest.fixture
def home(stack_env: dict[str, str], settings: Settings) -> Path:
    """Tests ring where the workers listen."""
    settings.BROKER_URL = stack_env["BROKER_URL"]
    home = Path(stack_env["RINGUP_HOME"])
    (home / "crash").mkdir(parents=True)
    return home


@pytest.fixture
def node(own_database: str, stack_env: dict[str, str], home: Path) -> Iterator[StartNode]:
    nodes: list[Node] = []

    def start_node(role: str = "worker", **more: str) -> Node:
        nodes.append(Node(start(role, environ=stack_env, folder=home, **more)))
        nodes[-1].wait_ready()
        return nodes[-1]

    yield start_node
    for one in nodes:
        one.teardown()


def wait_settled(*commands: UUID, seconds: float = SETTLED_WITHIN_S) -> float:
    """How long that took."""
    began = time.monotonic()
    assert wait_until(lambda: "pending" not in states(commands), seconds=seconds), states(commands)
    return time.monotonic() - began


def sell(shop: Shop) -> UUID:
    order_id, command_id = shop.sale(("POSTAGE", 1), ("TEA-80", 1))
    ring(Kind.PAY, order_id, command_id)
    return command_id


def is_used_up(home: Path, step: str) -> bool:
    return not (home / "crash" / step).exists()


def test_a_child_killed_at_any_step(node: StartNode, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    node(entry="tests.support.crashing")
    commands = [sell(shop)]
    wait_settled(*commands)
    took = {}
    for step in STEPS:
        (home / "crash" / step).touch()
        commands.append(sell(shop))
        assert wait_until(partial(is_used_up, home, step), seconds=SETTLED_WITHIN_S), f"nobody died {step}"
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


def test_a_command_that_kills_its_worker_every_time_is_parked(node: StartNode, home: Path) -> None:
    shop = open_shop()
    order_id, killer = shop.sale()
    (home / "crash" / str(killer)).touch()
    node(entry="tests.support.crashing")
    ring(Kind.PAY, order_id, killer)
    neighbours = [sell(shop) for _ in range(5)]
    later = shop.submit(Kind.CANCEL, order_id)
    wait_settled(killer, *neighbours, seconds=60)
    assert states([killer, *neighbours, later]) == ["parked", *["applied"] * 5, "pending"]
    parked = Command.objects.get(id=killer)
    assert parked.last_error == "RuntimeError: failed 2 times, at last: its worker died each time"
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
