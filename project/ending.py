"""How a program that has started others ends: TERM as Ctrl-C, and nothing half stopped."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDINGS = (signal.SIGINT, signal.SIGTERM)


def term_as_interrupt() -> None:
    """Have TERM unwind the program as Ctrl-C does, and Ctrl-C also where a shell started it in the background."""
    for name in ENDINGS:
        signal.signal(name, signal.default_int_handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C while stopping must not leave half of it behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {name: signal.signal(name, signal.SIG_IGN) for name in ENDINGS}
    try:
        yield
    finally:
        for name, action in before.items():
            signal.signal(name, action)
