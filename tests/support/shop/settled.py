"""What a real worker settles, on a machine that may have much else to do."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

TRIES_MAX = 12


class Told(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def body(self) -> Any: ...


Answer = TypeVar("Answer", bound=Told)


def when_settled(ask: Callable[[], Answer], *, meanwhile: Callable[[], object] = bool) -> Answer:
    """What is answered once all that it is about is settled. No call waits longer than ten seconds: it is made again.
    `meanwhile`: what the shop would do by itself, between two calls."""
    for _ in range(TRIES_MAX):
        answer = ask()
        if not is_pending(answer):
            return answer
        meanwhile()
    raise AssertionError(answer)


def is_pending(answer: Told) -> bool:
    """A request is answered with 202 then; a command that is read says so itself."""
    is_command = answer.status == 200 and isinstance(answer.body, dict) and "settled_at" in answer.body
    return answer.status == 202 or (is_command and answer.body["settled_at"] is None)
