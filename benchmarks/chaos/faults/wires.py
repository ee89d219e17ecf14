"""What becomes of the wires between web, workers, servers and tills (benchmarks.chaos.wire)."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.chaos.faults.place import Fault, Place


def told(name: str, fault: str, *, called: str = "") -> Fault:
    """A wire is told so, and is as it was once it is done. `called`: where its words say nothing to people."""

    @contextmanager
    def begin(place: Place, _: random.Random, __: float) -> Iterator[bool]:
        place.wires[name].suffer(fault)
        yield True

    kind = f"{fault.partition(' ')[0]} {name}"
    return Fault(name=f"{name}: {called or fault}", kind=kind, begin=begin, lasts_s=(0.5, 1))


def delayed(name: str) -> Fault:
    @contextmanager
    def begin(place: Place, chance: random.Random, _: float) -> Iterator[bool]:
        place.wires[name].suffer(f"delay {chance.choice([5, 20, 60])}")
        try:
            yield True
        finally:
            place.wires[name].suffer("delay 0")

    return Fault(name=f"{name}: delay", kind=f"delay {name}", begin=begin, lasts_s=(2, 4))


def swallowed(name: str) -> Fault:
    @contextmanager
    def begin(place: Place, _: random.Random, __: float) -> Iterator[bool]:
        place.wires[name].suffer("hole")
        try:
            yield True
        finally:
            place.wires[name].suffer("whole")

    return Fault(name=f"{name}: black hole", kind=f"black hole {name}", begin=begin, lasts_s=(1, 5))
