"""A worker that is alive and takes nothing."""

from tests.support.processes.nodes import StartNode
from tests.support.processes.taking import ends_and_is_replaced


def test_it_ends_and_who_is_started_again_takes_all(node: StartNode) -> None:
    ends_and_is_replaced(node)
