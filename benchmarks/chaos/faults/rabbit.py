"""What befalls RabbitMQ.

It takes seconds to start, which is its own affair: a fault that ends it is over when it can be reached again.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from base.broker.choose import broker_at
from base.broker.line import connected
from base.broker.port import BrokerFault
from benchmarks.chaos.faults import processes, wires
from benchmarks.chaos.faults.place import Fault, Place
from project.messaging.broker import NAMES
from project.stack.embedded.child import ServerFailed, wait_until
from project.stack.embedded.rabbitmq import DISK_FREE_MIN, MEMORY_MAX, EmbeddedRabbitMQ

NAME = EmbeddedRabbitMQ.name
STARTED_WITHIN_S = 50
HOST = "0"
ACKNOWLEDGED = "\0<\0P"
"""A method's first bytes: class 60, method 80 (AMQP 0-9-1, basic.ack)."""

Change = Callable[[EmbeddedRabbitMQ], None]


def _until_reached(fault: Fault) -> Fault:
    @contextmanager
    def begin(place: Place, chance: random.Random, left_s: float) -> Iterator[object]:
        with fault.begin(place, chance, left_s) as was_hit:
            yield was_hit
        url = place.stack.run_info["broker_url"]
        wait_until(lambda: _is_reached(url), seconds=STARTED_WITHIN_S)

    return Fault(name=fault.name, kind=fault.kind, begin=begin, lasts_s=fault.lasts_s)


def _is_reached(url: str) -> bool:
    with suppress(BrokerFault):
        broker_at(url).ping(within_s=1)
        return True
    return False


def _changed(
    name: str, kind: str, change: Change, *, back: Change | None = None, lasts_s: tuple[float, float] = (0, 0)
) -> Fault:
    """`back`: what makes it as it was."""

    @contextmanager
    def begin(place: Place, _: random.Random, __: float) -> Iterator[bool]:
        assert place.rabbit
        was_hit = _try(change, place.rabbit)
        try:
            yield was_hit
        finally:
            if back:
                _try(back, place.rabbit)

    return Fault(name=name, kind=kind, begin=begin, lasts_s=lasts_s)


def _try(change: Change, rabbit: EmbeddedRabbitMQ) -> bool:
    """A fault beside may have ended it."""
    with suppress(ServerFailed, BrokerFault):
        change(rabbit)
        return True
    return False


def _purge(rabbit: EmbeddedRabbitMQ) -> None:
    with connected(rabbit.url, within_s=2) as connection:
        channel = connection.channel()
        for name in NAMES:
            channel.queue_purge(name)


def _delete_queues(rabbit: EmbeddedRabbitMQ) -> None:
    """Whoever consumes is told so by RabbitMQ, and by nobody else."""
    with connected(rabbit.url, within_s=2) as connection:
        channel = connection.channel()
        for name in NAMES:
            channel.queue_delete(name)


def _delete_host(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("delete_vhost", HOST)


def _make_host(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("add_vhost", HOST)
    rabbit.control("set_permissions", "-p", HOST, "ringup", ".*", ".*", ".*")


def _memory_low(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("set_vm_memory_high_watermark", "0")


def _memory_enough(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("set_vm_memory_high_watermark", "absolute", MEMORY_MAX)


def _disk_low(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("set_disk_free_limit", "1000000GB")


def _disk_enough(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("set_disk_free_limit", DISK_FREE_MIN)


def _cut_by_server(rabbit: EmbeddedRabbitMQ) -> None:
    rabbit.control("close_all_connections", "chaos")


PURGED = _changed("queues emptied", "lost rings", _purge)
STRIKES = (
    _until_reached(processes.killed(NAME)),
    _until_reached(processes.stopped(NAME)),
    wires.told("broker", "lose orders.", called="a ring is lost"),
    wires.told("broker", "deafen orders.", called="a ring's confirm is lost"),
    wires.told("broker", f"lose {ACKNOWLEDGED}", called="an acknowledgement is lost"),
    PURGED,
    PURGED,
    _changed("queues deleted", "queues deleted", _delete_queues),
    _changed("virtual host deleted", "virtual host deleted", _delete_host, back=_make_host, lasts_s=(0.5, 2)),
    _changed("broker's memory is low", "broker's alarm", _memory_low, back=_memory_enough, lasts_s=(2, 6)),
    _changed("broker's disk is low", "broker's alarm", _disk_low, back=_disk_enough, lasts_s=(2, 6)),
    _changed("connections closed by the broker", "cut broker", _cut_by_server),
)
