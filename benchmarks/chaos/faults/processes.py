"""Processes that are killed, that stand still, and that are started again one after the other."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from benchmarks.chaos.faults.place import Fault, Place
from benchmarks.chaos.victims import Victim, victims
from project.stack.embedded.child import wait_until

ROLLED = ("web", "worker", "worker-io")
BROKERS = ("valkey", "rabbitmq")
BACK_WITHIN_S = 30


def killed(kind: str) -> Fault:
    @contextmanager
    def begin(place: Place, chance: random.Random, _: float) -> Iterator[bool]:
        victim = _one(place, kind, chance)
        yield victim is not None and victim.kill()

    return Fault(name=f"kill {kind}", kind=f"kill {_of_server(kind)}", begin=begin)


def stopped(kind: str) -> Fault:
    """SIGSTOP, and on again; it may be killed for its silence meanwhile."""

    @contextmanager
    def begin(place: Place, chance: random.Random, _: float) -> Iterator[bool]:
        victim = _one(place, kind, chance)
        was_hit = victim is not None and _signal(victim.pid, signal.SIGSTOP)
        try:
            yield was_hit
        finally:
            if victim and was_hit:
                _signal(victim.pid, signal.SIGCONT)

    return Fault(name=f"stop {kind}", kind=f"stop {_of_server(kind)}", begin=begin, lasts_s=(0.5, 6))


@contextmanager
def _roll(place: Place, _: random.Random, __: float) -> Iterator[bool]:
    """As for a new release: each is asked to end, and the next one only once it is back."""
    for name in ROLLED:
        before = place.stack.run_info["pids"][name]
        _signal(before, signal.SIGTERM)
        wait_until(lambda name=name, before=before: place.stack.run_info["pids"][name] != before, seconds=BACK_WITHIN_S)  # type: ignore[misc]
    yield True


ROLLING = Fault(name="rolling restart", kind="rolling restart", begin=_roll)


def _of_server(kind: str) -> str:
    """PostgreSQL begins anew when one of its own is killed."""
    return "database" if kind.startswith("postgres") else "broker" if kind in BROKERS else kind


def _one(place: Place, kind: str, chance: random.Random) -> Victim | None:
    found = [victim for victim in victims(place.stack.run_info["pids"]) if victim.kind == kind]
    return chance.choice(found) if found else None


def _signal(pid: int, number: signal.Signals) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False
