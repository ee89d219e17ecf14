"""The broker dies and comes back with nothing: every command is settled all the same."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from orders.audit.round import audit
from orders.models import InvoiceRefill, JournalEntry
from project.stack.embedded.child import wait_until
from project.stack.embedded.valkey import EmbeddedValkey
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, sell, wait_settled
from tests.support.shop.shop import open_shop, states


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def fresh_broker(own_broker: EmbeddedValkey) -> str:
    """In place of the session's: this one may be killed."""
    return own_broker.url


def wait_idle(url: str) -> None:
    """Until worker-io has tried to fill the pool, as it does when it begins. Kombu may end a worker which loses its
    broker in the middle of a task ("restore_unacked" without a connection); a supervisor starts it again, as the stack
    does, but here nobody does."""
    with redis.Redis.from_url(url) as broker:
        tried = InvoiceRefill.objects.exclude(last_error="")
        assert wait_until(lambda: tried.exists() and not broker.hlen("unacked"), seconds=SETTLED_WITHIN_S)


def test_a_broker_killed_and_restarted_empty(
    node: StartNode, own_broker: EmbeddedValkey, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = open_shop(shelf={"TEA-80": 100})
    workers = [node(), node("worker-io")]
    commands = [sell(shop)]
    wait_settled(*commands)
    wait_idle(own_broker.url)
    own_broker.kill()
    began = time.monotonic()
    commands += [sell(shop) for _ in range(10)]
    submitting_s = time.monotonic() - began
    own_broker.erase()
    own_broker.start()
    took = wait_settled(*commands)
    commands.append(sell(shop))
    wait_settled(commands[-1])
    with capsys.disabled():
        print(f"\n  broker killed, restarted empty: settled {took:.1f} s after its start", end="")
    assert submitting_s < 15, "a till waits for a dead broker"
    assert [worker.process.status for worker in workers] == ["running", "running"]
    assert set(states(commands)) == {"applied"}
    assert JournalEntry.objects.count() == len(commands)
    assert audit() == []
