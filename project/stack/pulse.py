"""Who runs and does not answer is stopped or hangs: after a while it is killed with its children, and so begun anew.

Who computes is busy, and is left alone however long its answer takes, unless it is one that never computes for long.
While the broker itself does not answer, nobody can tell how the workers are; and while one is stopped, which is seen at
once, the others are not asked: they may need it, and would be waited for in vain.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from project.stack.groups import Group, groups

LOOKS_MIN = 4
"""In a row, before it is believed: this program may have been stopped itself meanwhile."""
BUSY = 0.05
"""Of a core: so much of it takes nobody who hangs."""


class Told(Enum):
    """What is known of one that was asked. `NOTHING`: it hangs, unless it computes."""

    ANSWERS = auto()
    NOTHING = auto()
    HANGS = auto()
    UNKNOWN = auto()


Ask = Callable[[int], Told]
"""Called with its process number."""


class Kept(Protocol):
    """One that is begun anew whenever it ends."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int: ...
    def put_down(self, why: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    pid: int
    since: float
    looks: int


class Pulse:
    """`silence_max_s`: how long one may be silent. `changed`: called when others are silent than before."""

    def __init__(
        self,
        kept: Sequence[Kept],
        asks: Mapping[str, Ask],
        *,
        silence_max_s: float,
        changed: Callable[[], None],
    ) -> None:
        self._kept = kept
        self._asks = asks
        self._silence_max_s = silence_max_s
        self._changed = changed
        self._silences: dict[str, Silence] = {}
        self._groups: Mapping[int, Group] = {}
        self._looked_at = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="pulse", daemon=True)

    @property
    def silent(self) -> list[str]:
        return sorted(self._silences)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Nobody is killed from here on; an ask that goes on is not waited for."""
        self._stopping.set()

    def _go_on(self) -> None:
        while not self._stopping.wait(self._silence_max_s / LOOKS_MIN):
            self.look(groups(), now=time.monotonic())

    def look(self, seen: Mapping[int, Group], *, now: float) -> None:
        before = self._groups
        stopped = {one.name for one in self._kept if (group := seen.get(one.pid)) and group.is_stopped}
        silences = {
            one.name: self._silence(one, now=now)
            for one in self._kept
            if one.name in stopped
            or not (stopped or self._is_well(one, before.get(one.pid), seen.get(one.pid), now - self._looked_at))
        }
        was_silent, self._silences, self._groups, self._looked_at = self.silent, silences, seen, now
        for one in self._kept:
            if (silence := silences.get(one.name)) and self._is_too_long(silence, now=now):
                del self._silences[one.name]
                one.put_down(f"did not answer for {now - silence.since:.0f} s and was killed")
        if self.silent != was_silent:
            self._changed()

    def _is_well(self, one: Kept, before: Group | None, now: Group | None, seconds: float) -> bool:
        """Nor is one silent that is begun anew just now."""
        if now is None:
            return True
        ask = self._asks.get(one.name)
        told = ask(one.pid) if ask else Told.UNKNOWN
        if told is not Told.NOTHING:
            return told is not Told.HANGS
        return before is None or now.cpu_s - before.cpu_s > BUSY * seconds

    def _silence(self, one: Kept, *, now: float) -> Silence:
        last = self._silences.get(one.name)
        if last is None or last.pid != one.pid:
            return Silence(pid=one.pid, since=now, looks=0)
        return Silence(pid=one.pid, since=last.since, looks=last.looks + 1)

    def _is_too_long(self, silence: Silence, *, now: float) -> bool:
        is_long = silence.looks >= LOOKS_MIN and now - silence.since >= self._silence_max_s
        return is_long and not self._stopping.is_set()


@contextlib.contextmanager
def felt(pulse: Pulse) -> Iterator[None]:
    pulse.start()
    try:
        yield
    finally:
        pulse.stop()
