"""Dry runs, which take a limited time, on a machine that may have much else to do."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

PATIENCE_S = 60


class Told(Protocol):
    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


Answer = TypeVar("Answer", bound=Told)


def when_in_time(ask: Callable[[], Answer]) -> Answer:
    """What is answered once it is not late; until then it is asked again as it says."""
    end = time.monotonic() + PATIENCE_S
    while (answer := ask()).status == 503:
        assert time.monotonic() < end, "it was late each time"
        time.sleep(int(answer.headers["Retry-After"]))
    return answer
