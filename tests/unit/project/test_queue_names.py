"""Which stores have queues of their own, and which of them a worker serves."""

import pytest

from project.env import BadSetting, read

BAD_QUEUES = [
    "north",
    "north=",
    "=big",
    "North=big",
    "north=big queue",
    "north=a.b",
    "north/sale=big",
    "north/stock/sales=big",
    "*=io",
    "*=unacked",
    "north=a,north=b",
    f"north={'q' * 33}",
    f"{'n' * 400}=a b",
]


def test_queues_are_read_in_their_order() -> None:
    given = read({"COMMAND_QUEUES": "north/stock=bulk, north=big,*/stock=bulk", "WORKER_QUEUES": "commands, bulk"})
    assert given.command_queues == (("north", "stock", "bulk"), ("north", None, "big"), ("*", "stock", "bulk"))
    assert given.queues_of_commands == ("commands", "bulk", "big")
    assert given.worker_queues == ("commands", "bulk")


def test_a_worker_takes_from_no_queue_that_nobody_rings_on() -> None:
    line = "WORKER_QUEUES: must name commands or a queue of COMMAND_QUEUES, not 'bgi'"
    with pytest.raises(BadSetting, match=line):
        read({"COMMAND_QUEUES": "north=big", "WORKER_QUEUES": "commands,bgi"})
