"""Telling one of Celery's workers to take from a queue, or to leave it alone."""

import socket
from collections.abc import Callable
from typing import Any

from project.stack.embedded.child import ServerFailed

ANSWERS_WITHIN_S = 5


def tell(call: Callable[..., Any], worker: str, queue: str) -> None:
    """`call`: `add_consumer` or `cancel_consumer` of an application's control; the worker of this machine must obey."""
    destination = [f"{worker}@{socket.gethostname()}"]
    replies = call(queue, destination=destination, reply=True, timeout=ANSWERS_WITHIN_S, limit=1)
    if not any("ok" in answer for reply in replies for answer in reply.values()):
        raise ServerFailed(f"{worker} does not answer")
