"""Of several beats one sends. The next one takes over when it hangs or ends, and who comes back stands by."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from base.sql.sets import cursor
from project.stack.embedded.child import wait_until
from tests.support.processes.nodes import Process, start
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

TAKES_OVER_WITHIN_S = 60
"""On a machine that is very busy; seven seconds on one that is not."""
NAMES = ("north", "south")


class Beats:
    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self._broker = redis.Redis.from_url(environ["BROKER_URL"])
        self.each = [start("beat", name=name, environ=environ, folder=folder) for name in NAMES]

    def leader(self) -> Process | None:
        row = cursor().execute("SELECT holder FROM ringup_lead WHERE until > clock_timestamp()").fetchone()
        return next((beat for beat in self.each if row and f" {beat.pid} " in row[0]), None)

    def wait_leader(self, *, other_than: Process | None = None) -> Process:
        assert wait_until(lambda: self.leader() not in (None, other_than), seconds=TAKES_OVER_WITHIN_S), self.logs()
        leader = self.leader()
        assert leader
        return leader

    def sent_by(self, beat: Process) -> int:
        """Nobody takes what is sent."""
        messages = [json.loads(message) for message in self._broker.lrange("io", 0, -1)]
        return sum(one["headers"]["origin"].startswith(f"gen{beat.pid}@") for one in messages)

    def wait_sent(self, beat: Process) -> None:
        before = self.sent_by(beat)
        assert wait_until(lambda: self.sent_by(beat) >= before + 2, seconds=TAKES_OVER_WITHIN_S), self.logs()

    def forget(self) -> None:
        self._broker.delete("io")

    def logs(self) -> str:
        return "\n".join(beat.logs().decode() for beat in self.each)


@pytest.fixture
def beats(own_database: str, stack_env: dict[str, str]) -> Iterator[Beats]:
    """There is work at every look: no accounting system takes the entry of a sale."""
    assert own_database == stack_env["DATABASE_URL"]
    order_id, _ = open_shop().sale()
    execute([order_id], helps=False)
    home = Path(stack_env["RINGUP_HOME"])
    home.mkdir(parents=True)
    beats = Beats(stack_env, home)
    yield beats
    for beat in beats.each:
        beat.kill()


def test_one_beat_sends_and_the_next_one_takes_over(beats: Beats) -> None:
    first = beats.wait_leader()
    beats.wait_sent(first)
    (second,) = set(beats.each) - {first}
    assert beats.sent_by(second) == 0
    first.kill("SIGSTOP")
    assert beats.wait_leader(other_than=first) is second
    first.kill("SIGCONT")
    beats.wait_sent(second)
    beats.forget()
    beats.wait_sent(second)
    assert beats.sent_by(first) == 0
    second.stop()
    assert beats.wait_leader() is first
    beats.wait_sent(first)
