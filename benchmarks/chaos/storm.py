"""Faults, one after the other, each with the time that it takes until sales go on and everybody answers."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.chaos.faults.deck import dealt
from benchmarks.chaos.faults.place import Fault, Place
from benchmarks.chaos.people.probe import Probe
from project.stack.embedded.child import wait_until

BACK_WITHIN_S = 60.0
PAUSES_S = (0.3, 1.5)
PAUSES_BESIDE_S = (0.5, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """`began`, `ended`: of the fault, by the monotonic clock. `sold_after_s`, `back_after_s`: how long after its end a
    sale was settled that began after it, and everybody answered as well; None where they did not in time."""

    fault: Fault
    began: float
    ended: float
    sold_after_s: float | None
    back_after_s: float | None

    @property
    def over(self) -> float:
        """When it was over, with what came of it."""
        return self.ended + (self.back_after_s or BACK_WITHIN_S)


@dataclass(slots=True, kw_only=True)
class Storm:
    """`tell`: told of each fault as it is over."""

    place: Place
    probe: Probe
    is_well: Callable[[], bool]
    tell: Callable[[str], None]
    struck: list[Struck] = field(default_factory=list)
    beside: list[Fault] = field(default_factory=list)

    def rage(self, pack: Sequence[Fault], *, until: float, chance: random.Random) -> None:
        for fault in dealt(pack, chance):
            if time.monotonic() >= until:
                return
            self._strike(fault, until=until, chance=chance)
            time.sleep(chance.uniform(*PAUSES_S))

    @contextmanager
    def beset(self, pack: Sequence[Fault], *, until: float, chance: random.Random) -> Iterator[None]:
        """Meanwhile something else goes wrong beside, most of the time."""
        thread = threading.Thread(target=self._beset, args=[pack, until, chance], name="beside", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _beset(self, pack: Sequence[Fault], until: float, chance: random.Random) -> None:
        for fault in dealt(pack, chance):
            if (left_s := until - time.monotonic()) <= 0:
                return
            with fault.begin(self.place, chance, left_s) as was_hit:
                time.sleep(min(chance.uniform(*fault.lasts_s), left_s))
            if was_hit is not False:
                self.beside.append(fault)
            time.sleep(min(chance.uniform(*PAUSES_BESIDE_S), max(until - time.monotonic(), 0)))

    def _strike(self, fault: Fault, *, until: float, chance: random.Random) -> None:
        began = time.monotonic()
        with fault.begin(self.place, chance, until - began) as was_hit:
            if was_hit is False:
                return
            time.sleep(chance.uniform(*fault.lasts_s))
        ended = time.monotonic()
        sold_at = self._wait(lambda: self.probe.sold_since(ended), seconds=BACK_WITHIN_S)
        is_back = wait_until(self.is_well, seconds=max(0.0, ended + BACK_WITHIN_S - time.monotonic()))
        struck = Struck(
            fault=fault,
            began=began,
            ended=ended,
            sold_after_s=None if sold_at is None else sold_at - ended,
            back_after_s=time.monotonic() - ended if is_back and sold_at else None,
        )
        self.struck.append(struck)
        sold = "never" if struck.sold_after_s is None else f"{struck.sold_after_s:.1f} s"
        back = "never" if struck.back_after_s is None else f"{struck.back_after_s:.1f} s"
        self.tell(f"{fault.name:32} for {ended - began:4.1f} s; sells again after {sold}, all is back after {back}")

    def _wait(self, ask: Callable[[], float | None], *, seconds: float) -> float | None:
        wait_until(lambda: ask() is not None, seconds=seconds)
        return ask()
