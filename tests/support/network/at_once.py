"""Calls that many threads make at the same time."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tests.support.network.threads import PATIENCE_S, begin

Made = TypeVar("Made")


def at_once(*calls: Callable[[], Made]) -> list[Made]:
    """What each of them comes to, in the order of the calls."""
    together = threading.Barrier(len(calls))

    def made(call: Callable[[], Made]) -> Made:
        together.wait(PATIENCE_S)
        return call()

    futures = [begin(partial(made, call)) for call in calls]
    return [future.result(PATIENCE_S * 3) for future in futures]
