"""Many clients in one thread: it shares the cores with what it measures, so it must take little of them."""

import heapq
import selectors
import socket
import time
from collections.abc import Generator, Iterable
from urllib.parse import urlsplit

from benchmarks.load.http import Answer, take_answer

Script = Generator[bytes | float, Answer | None, None]
"""What one client does: it yields a request and is sent the answer, or yields a pause in seconds."""

PATIENCE_S = 60
RECEIVE_BYTES = 1 << 18


class ServerSilent(RuntimeError):
    """No answer came for a long time, or the connection broke; its text is one line."""


def run(base_url: str, scripts: Iterable[Script]) -> None:
    """Run all scripts to their ends, each on a keep-alive connection of its own."""
    parts = urlsplit(base_url)
    with _Loop((parts.hostname or "", parts.port or 80)) as loop:
        for script in scripts:
            loop.add(script)
        loop.run()


class _Client:
    def __init__(self, script: Script, address: tuple[str, int]) -> None:
        self.script = script
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()


class _Loop:
    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._selector = selectors.DefaultSelector()
        self._clients: set[_Client] = set()
        self._pauses: list[tuple[float, int, _Client]] = []

    def __enter__(self) -> "_Loop":
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.socket.close()
        self._selector.close()

    def add(self, script: Script) -> None:
        client = _Client(script, self._address)
        self._clients.add(client)
        self._selector.register(client.socket, selectors.EVENT_READ, client)
        self._go_on(client, None)

    def run(self) -> None:
        heard_at = time.monotonic()
        while self._clients:
            for key, _ in self._selector.select(self._until_next()):
                heard_at = time.monotonic()
                self._hear(key.data)
            now = time.monotonic()
            while self._pauses and self._pauses[0][0] <= now:
                self._go_on(heapq.heappop(self._pauses)[2], None)
            if now - heard_at > PATIENCE_S:
                raise ServerSilent(f"the server did not answer for {PATIENCE_S} s")

    def _until_next(self) -> float:
        return max(0.0, self._pauses[0][0] - time.monotonic()) if self._pauses else PATIENCE_S

    def _hear(self, client: _Client) -> None:
        if not (received := client.socket.recv(RECEIVE_BYTES)):
            raise ServerSilent("the server closed a connection")
        client.received += received
        if answer := take_answer(client.received):
            self._go_on(client, answer)

    def _go_on(self, client: _Client, answer: Answer | None) -> None:
        try:
            wanted = client.script.send(answer)
        except StopIteration:
            self._selector.unregister(client.socket)
            client.socket.close()
            self._clients.remove(client)
            return
        if isinstance(wanted, bytes):
            client.socket.sendall(wanted)
        else:
            heapq.heappush(self._pauses, (time.monotonic() + wanted, id(client), client))
