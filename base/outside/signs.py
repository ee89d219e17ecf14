"""Signs of life: who does the work says so every few seconds, where notes are kept, and whoever watches the shop sees
who has fallen silent.

A sign is given where the work is done, between two steps of it: who hangs in one gives none, whatever else of it runs.
Where notes cannot be kept there are no signs; that a server does not answer is told elsewhere.
"""

import contextlib
import os
import socket
import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from base.notes.port import NotesFault
from base.notes.where import notes_at

EVERY_S = 2.0
WITHIN_S = 10.0
"""Whose last sign is older gives none just now: all of them look more often."""
FORGOTTEN_AFTER_S = 7 * 24 * 3_600
"""Of a machine that is no more."""
_BOOK = "signs"
_QUEUES = "queues"


class Role(StrEnum):
    COMMANDS = "commands"
    IO = "io"
    BEAT = "beat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """`at`: seconds since 1970, by the clock of who reads it."""

    role: Role
    host: str
    pid: int
    at: float


class Giver:
    """Of one thread. A sign that cannot be kept is not missed: the next one follows. `queues`: which it serves, where a
    shop wants to know."""

    def __init__(self, role: Role, notes_url: str, *, queues: Collection[str] = ()) -> None:
        self._name = f"{role}@{socket.gethostname()}"
        self._queues = queues
        self._notes = notes_at(notes_url)
        self._again_at = 0.0

    def give(self) -> None:
        """Not more often than need be."""
        if (now := time.monotonic()) < self._again_at:
            return
        self._again_at = now + EVERY_S
        with contextlib.suppress(NotesFault):
            now = self._notes.now()
            self._notes.put(_BOOK, self._name, f"{now:.3f} {os.getpid()}")
            for queue in self._queues:
                self._notes.put(_QUEUES, queue, f"{now:.3f}")


def signs(notes_url: str) -> list[Sign] | None:
    """The last one of each role on each machine; None where those who keep them do not answer."""
    notes = notes_at(notes_url)
    try:
        ahead_s = time.time() - notes.now()
        last = [_sign(name, value, ahead_s) for name, value in notes.read(_BOOK).items()]
        if old := [sign for sign in last if sign.at < time.time() - FORGOTTEN_AFTER_S]:
            notes.drop(_BOOK, [f"{sign.role}@{sign.host}" for sign in old])
    except NotesFault:
        return None
    return last


def last_given(found: list[Sign]) -> dict[Role, float]:
    """When somebody of a role last gave a sign; 0: not in the last days."""
    return {role: max((sign.at for sign in found if sign.role is role), default=0.0) for role in Role}


def silent(given: dict[Role, float], *, silence_max_s: float) -> list[Role]:
    """Of whom nobody has given a sign for so long. 0: nobody is looked after."""
    limit = time.time() - max(silence_max_s, WITHIN_S)
    return [role for role, at in given.items() if silence_max_s and at < limit]


def unserved(notes_url: str, queues: Collection[str], *, silence_max_s: float) -> list[str] | None:
    """Those of the queues that nobody who gave a sign lately serves; None where those who keep signs do not answer."""
    notes = notes_at(notes_url)
    if not queues or not silence_max_s:
        return []
    try:
        limit, last = notes.now() - max(silence_max_s, WITHIN_S), notes.read(_QUEUES)
    except NotesFault:
        return None
    return [queue for queue in queues if float(last.get(queue, 0)) < limit]


def _sign(name: str, value: str, ahead_s: float) -> Sign:
    role, _, host = name.partition("@")
    at, _, pid = value.partition(" ")
    return Sign(role=Role(role), host=host, pid=int(pid), at=float(at) + ahead_s)
