"""The bell: settled commands are announced through the broker, and who waits for one is woken.

A worker announces after its commit, and says what was settled, as it stands in the rows: whoever waits for what he has
just sent need not read it. The row stays the truth. It is read where an announcement may have been missed, says nothing
but that something has changed, or would be too long. In each web process one thread listens for all requests that wait;
only so many may, of all terminals and of one, and whoever may not is answered at once.

When the broker is away, announcing costs a line in the log and no more: the commands are settled. Who waits is then not
woken, and answers with what the row says when its time is over. The thread tries again with growing pauses; once it
hears again it wakes all, since nobody knows what was announced meanwhile.
"""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from struct import Struct
from types import MappingProxyType
from uuid import UUID

from django.conf import settings

from base.broker.choose import broker_at
from base.broker.port import BrokerFault, News
from base.causes import why

CHANNEL = "ringup:settled"
SAID_BYTES_MAX = 4_000
"""Of one command; a sale has some hundred."""
_HEAD = Struct(">16sH")
"""Of what is said of a command: its id, and how many bytes follow."""
_RECONNECT_PAUSE_MAX_S = 2.0

NOTHING: Mapping[UUID, bytes] = MappingProxyType({})

log = logging.getLogger(__name__)


def of_store(store_id: int) -> UUID:
    """What is announced where something changed in a store. No command has such an id."""
    return UUID(int=store_id)


def announce(command_ids: Collection[UUID], said: Mapping[UUID, bytes] = NOTHING) -> None:
    """Tell every web worker that these commands are settled, or changed otherwise. `said`: what was settled, of those
    that need not be looked up. A dead broker costs a log line."""
    if command_ids:
        message = b"".join(_part(id_, said.get(id_, b"")) for id_ in command_ids)
        try:
            _news(settings.BROKER_URL).announce(message)
        except BrokerFault as error:
            log.warning("bell: %d commands not announced: %s", len(command_ids), why(error))


def _part(id_: UUID, said: bytes) -> bytes:
    if len(said) > SAID_BYTES_MAX:
        said = b""
    return _HEAD.pack(id_.bytes, len(said)) + said


def _parts(message: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each command's id, and what is said of it."""
    at = 0
    while at < len(message):
        id_, length = _HEAD.unpack_from(message, at)
        at += _HEAD.size + length
        yield id_, message[at - length : at]


@cache
def _news(url: str) -> News:
    return broker_at(url).news(CHANNEL)


class Waiter:
    """One waiting request of a terminal, `owner`; of all users of the admin it is None. It is woken when one of its
    commands is announced, and when news may have been missed. `must_look`: what it waits for was not all said."""

    def __init__(self, command_ids: frozenset[bytes], owner: int | None) -> None:
        self.command_ids = command_ids
        self.owner = owner
        self.must_look = False
        self._said: dict[bytes, bytes] = {}
        self._woken = threading.Event()

    def wake(self) -> None:
        """To look."""
        self.must_look = True
        self._woken.set()

    def tell(self, command_id: bytes, said: bytes) -> None:
        self._said[command_id] = said
        self._woken.set()

    def said(self, command_ids: Collection[UUID]) -> dict[UUID, bytes] | None:
        """What was settled; None unless that was said of all of them."""
        said = self._said
        return {id_: said[id_.bytes] for id_ in command_ids} if len(said) == len(command_ids) else None

    def wait(self, seconds: float) -> bool:
        """Whether it was woken in time."""
        woken = self._woken.wait(max(seconds, 0))
        self._woken.clear()
        return woken


class Waiters:
    """The waiting requests of one web worker, and the one thread that listens for all of them."""

    def __init__(self, url: str, *, waiters_max: int, per_owner_max: int) -> None:
        self._url = url
        self._waiters_max = waiters_max
        self._per_owner_max = per_owner_max
        self._lock = threading.Lock()
        self._by_command: dict[bytes, list[Waiter]] = {}
        self._waiters: set[Waiter] = set()
        self._by_owner: Counter[int | None] = Counter()
        self._listener: threading.Thread | None = None
        self._closed = threading.Event()

    @contextmanager
    def registered(self, command_ids: Iterable[UUID], *, owner: int | None) -> Iterator[Waiter | None]:
        """A waiter for these commands; None where as many wait already as there may be, of all or of this owner, and
        the caller must not."""
        waiter = Waiter(frozenset(id_.bytes for id_ in command_ids), owner)
        if not self._add(waiter):
            yield None
            return
        try:
            yield waiter
        finally:
            self._remove(waiter)

    def close(self) -> None:
        """Stop listening; nobody may wait any more."""
        self._closed.set()
        if self._listener:
            self._listener.join()

    def _add(self, waiter: Waiter) -> bool:
        with self._lock:
            if len(self._waiters) >= self._waiters_max or self._by_owner[waiter.owner] >= self._per_owner_max:
                return False
            self._waiters.add(waiter)
            self._by_owner[waiter.owner] += 1
            for command_id in waiter.command_ids:
                self._by_command.setdefault(command_id, []).append(waiter)
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="bell", daemon=True)
                self._listener.start()
        return True

    def _remove(self, waiter: Waiter) -> None:
        with self._lock:
            self._waiters.discard(waiter)
            self._by_owner -= Counter({waiter.owner: 1})
            for command_id in waiter.command_ids:
                others = self._by_command[command_id]
                others.remove(waiter)
                if not others:
                    del self._by_command[command_id]

    def _listen(self) -> None:
        pause = 0.05
        while not self._closed.is_set():
            try:
                for said in _news(self._url).heard(self._closed):
                    pause = 0.05
                    self._hear(said)
            except BrokerFault as error:
                log.warning("bell: not listening, next try in %.2f s: %s", pause, why(error))
            except Exception:  # this thread's only boundary: if it ended, every wait would last to its end
                log.exception("bell: not listening, next try in %.2f s", pause)
            else:
                continue
            self._closed.wait(pause)
            pause = min(pause * 2, _RECONNECT_PAUSE_MAX_S)

    def _hear(self, message: bytes | None) -> None:
        if message is None:
            # What was announced before nobody heard: all look for themselves, once.
            with self._lock:
                woken = set(self._waiters)
            for waiter in woken:
                waiter.wake()
            return
        with self._lock:
            for id_, said in _parts(message):
                for waiter in self._by_command.get(id_, ()):
                    waiter.tell(id_, said) if said else waiter.wake()


def waiting(command_ids: Iterable[UUID], *, owner: int | None, wait_s: int) -> AbstractContextManager[Waiter | None]:
    """A waiter of this process for who wants to wait; None for who does not, or must not."""
    return waiters().registered(command_ids, owner=owner) if wait_s else nullcontext()


def waiters() -> Waiters:
    """This process's waiters."""
    return _waiters(settings.BROKER_URL, settings.WAITERS_MAX, settings.WAITERS_PER_TERMINAL_MAX)


@cache
def _waiters(url: str, waiters_max: int, per_owner_max: int) -> Waiters:
    return Waiters(url, waiters_max=waiters_max, per_owner_max=per_owner_max)
