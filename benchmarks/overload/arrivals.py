"""Calls that come when they come, however slowly those before them are answered (an open loop).

One thread, since it shares the cores with what it measures. Latencies are from the instant at which a call was due, so
that a server that is slow hides nothing by keeping callers back.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from benchmarks.load.http import Answer, take_answer
from benchmarks.load.loop import RECEIVE_BYTES, ServerSilent

LINES_MAX = 2_000
"""Connections at once, about as many as the web server takes (its `--backlog`): waiting calls have theirs for long."""
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """`due`: by the monotonic clock. `request`: makes the bytes once it is sent."""

    due: float
    request: Callable[[], bytes]
    answered: Callable[[Answer, float], None]
    """Is given the answer, and the seconds since it was due."""


class _Line:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.call: Call | None = None


class Lines:
    """`with Lines(base_url) as lines: lines.carry(calls)`. `most`: how many calls were on their way at once; `unsent`:
    those for which there was no line."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._selector = selectors.DefaultSelector()
        self._free: list[_Line] = []
        self._lines: set[_Line] = set()
        self._busy = 0
        self.most = 0
        self.unsent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._lines:
            line.socket.close()
        self._selector.close()

    def carry(self, calls: Iterator[Call]) -> None:
        """`calls`: in the order in which they are due. Ends once all are answered."""
        coming = next(calls, None)
        heard_at = time.monotonic()
        while coming or self._busy:
            now = time.monotonic()
            while coming and coming.due <= now:
                self._send(coming)
                coming = next(calls, None)
            wait_s = PATIENCE_S if coming is None else max(0.0, coming.due - time.monotonic())
            for key, _ in self._selector.select(wait_s):
                heard_at = time.monotonic()
                self._hear(key.data)
            if self._busy and time.monotonic() - heard_at > PATIENCE_S:
                raise ServerSilent(f"{self._busy} calls were not answered for {PATIENCE_S:.0f} s")

    def _send(self, call: Call) -> None:
        line = self._line()
        if line is None:
            self.unsent += 1
            return
        line.call = call
        self._busy += 1
        self.most = max(self.most, self._busy)
        line.socket.sendall(call.request())

    def _line(self) -> _Line | None:
        if self._free:
            return self._free.pop()
        if len(self._lines) >= LINES_MAX:
            return None
        line = _Line(self._address)
        self._lines.add(line)
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def _hear(self, line: _Line) -> None:
        if not (received := line.socket.recv(RECEIVE_BYTES)):
            if line.call:
                raise ServerSilent("the server closed a connection on which it had a call to answer")
            self._forget(line)
            return
        line.received += received
        if line.call and (answer := take_answer(line.received)):
            call, line.call = line.call, None
            self._busy -= 1
            self._free.append(line)
            call.answered(answer, time.monotonic() - call.due)

    def _forget(self, line: _Line) -> None:
        self._selector.unregister(line.socket)
        line.socket.close()
        self._lines.remove(line)
        self._free.remove(line)
