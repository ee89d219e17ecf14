"""What is done once a process is asked to end, however often it is asked."""

import signal
from collections.abc import Callable


def on_first_signal(end: Callable[[], object]) -> None:
    """Have the first TERM or Ctrl-C call `end`, and further ones nothing.

    Both may come, and one from each of several who stop a process. Python runs a signal's handler wherever the main
    thread stands: also within the handler before, which may have taken a lock there that `end` would wait for.
    """
    asked: list[int] = []

    def handle(signum: int, _: object) -> None:
        if asked:
            return
        asked.append(signum)
        end()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, handle)
