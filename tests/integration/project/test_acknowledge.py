"""A worker takes the next message although the broker did not hear that it is done with the last one."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from kombu import Connection, Queue
from kombu.transport import redis

from project import env as environment
from project.messaging.acknowledge import acknowledge_in_any_case


@pytest.fixture
def channel(fresh_broker: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Channel]:
    """Of who takes one message at a time, and has taken one."""
    monkeypatch.setattr(redis.Channel, "QoS", redis.Channel.QoS)
    acknowledge_in_any_case()
    with Connection(fresh_broker) as connection, connection.channel() as channel:
        channel.basic_qos(0, 1, False)
        Queue("commands", channel=channel).declare()
        connection.Producer(channel).publish("one", routing_key="commands")
        yield channel


@pytest.mark.parametrize("how", ["basic_ack", "basic_reject"])
def test_it_counts_as_taken_no_longer(channel: redis.Channel, how: str) -> None:
    message = channel.basic_get("commands")
    assert not channel.qos.can_consume()
    channel.client.set(channel.unacked_key, "of no use")
    with pytest.raises(Exception, match="WRONGTYPE"):
        getattr(channel, how)(message.delivery_tag)
    assert channel.qos.can_consume()


def test_so_it_is_in_every_worker() -> None:
    script = (
        "from kombu.transport import redis; from project.messaging.work import main; "
        "main(['worker', '--help'], standalone_mode=False); print(redis.Channel.QoS.__module__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment.for_child(),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "project.messaging.acknowledge"
