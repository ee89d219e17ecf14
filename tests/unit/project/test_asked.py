"""A process that is asked to end twice at once ends once."""

import signal
from collections.abc import Iterator

import pytest

from project.celery import stop_beat_between_two_looks
from project.stack.asked import on_first_signal

ENDINGS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {name: signal.getsignal(name) for name in ENDINGS}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


class Ending:
    """Asked to end once more by both signals while it is about to."""

    def __init__(self) -> None:
        self.calls = 0

    def stop(self) -> None:
        self.calls += 1
        assert self.calls == 1
        for name in ENDINGS:
            signal.raise_signal(name)


@pytest.mark.parametrize("first", ENDINGS)
def test_who_is_asked_again_while_he_ends_goes_on_ending(first: signal.Signals) -> None:
    one = Ending()
    on_first_signal(one.stop)
    signal.raise_signal(first)
    signal.raise_signal(first)
    assert one.calls == 1


def test_so_does_beat() -> None:
    beat = Ending()
    stop_beat_between_two_looks(sender=beat)
    signal.raise_signal(signal.SIGTERM)
    assert beat.calls == 1
