"""How a program that has started others ends: TERM and a closed terminal as Ctrl-C, and nothing half stopped."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_AFTER_S = 0.01
_asked = threading.Event()


def term_as_interrupt() -> None:
    """Have TERM unwind the program as Ctrl-C does, and Ctrl-C also where a shell started it in the background.

    So does the end of its terminal, but for a program that was told to outlive it, as by nohup.
    """
    for name in (*ENDINGS, signal.SIGALRM):
        if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:
            signal.signal(name, _interrupt)
    sys.unraisablehook = _interrupt_again


class Interruptible:
    """`with Interruptible() as run: ...`, then `run.is_interrupted`. An interrupt that falls into other people's code
    may come out of it as another exception: whatever comes after one was asked for is its doing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        return self.is_interrupted

    @property
    def is_interrupted(self) -> bool:
        return _asked.is_set()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    _asked.set()
    signal.default_int_handler(signum, frame)


def _interrupt_again(what: "sys.UnraisableHookArgs") -> None:
    """An interrupt that falls into a finalizer would be printed and forgotten by Python: it comes once more."""
    if what.exc_type is KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER_S)
    else:
        sys.__unraisablehook__(what)


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C while stopping must not leave half of it behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {name: signal.signal(name, signal.SIG_IGN) for name in (*ENDINGS, signal.SIGALRM)}
    try:
        yield
    finally:
        for name, action in before.items():
            signal.signal(name, action)
