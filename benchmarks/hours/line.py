"""`python -m benchmarks.hours.line HOST PORT`: a line to a server that takes its time, each way.

A TCP proxy in one thread: what comes waits until it is due. That is what `tc netem delay` does to a network's packets,
for which it takes root and a kernel that has it. Bandwidth is not limited. The port comes on standard output; lines on
standard input are the milliseconds each way from then on, and its end is the proxy's.
"""

import ctypes
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

from project import env as environment
from project.addresses import changed

CHUNK_BYTES = 1 << 18
PR_SET_TIMERSLACK = 29
"""The kernel may wake whoever sleeps 50 microseconds late, unless told otherwise (prctl(2))."""


class Line:
    """A proxy that runs; it begins without a delay."""

    def __init__(self, running: "subprocess.Popen[str]", port: int) -> None:
        self._running = running
        self.port = port

    def delay(self, *, round_trip_ms: float) -> None:
        """From now on. Nothing may be under way."""
        assert self._running.stdin
        self._running.stdin.write(f"{round_trip_ms / 2}\n")
        self._running.stdin.flush()

    def to(self, database_url: str) -> str:
        """The database's address by this line."""
        return changed(database_url, host="127.0.0.1", port=self.port, sslmode="disable")


@contextmanager
def laid(database_url: str) -> Iterator[Line]:
    server = conninfo_to_dict(database_url)
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.hours.line", str(server["host"]), str(server["port"])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=environment.PROJECT_FOLDER,
        start_new_session=True,  # Ctrl-C is for whoever started it
    ) as running:
        assert running.stdin
        assert running.stdout
        yield Line(running, int(running.stdout.readline()))
        running.stdin.close()


class _Proxy:
    def __init__(self, server: tuple[str, int], listening: socket.socket) -> None:
        self._server = server
        self._listening = listening
        self._peers: dict[socket.socket, socket.socket] = {}
        self._under_way: deque[tuple[float, socket.socket, bytes]] = deque()
        self._delay_s = 0.0

    def run(self, told: int) -> None:
        """Until `told`, a file's number, ends."""
        while True:
            # poll and epoll know whole milliseconds only.
            listened_to: list[int | socket.socket] = [told, self._listening, *self._peers]
            ready, _, _ = select.select(listened_to, [], [], self._until_due())
            for one in ready:
                if isinstance(one, int):
                    if not (line := os.read(told, 100)):
                        return
                    self._delay_s = float(line.split()[-1]) / 1000
                elif one is self._listening:
                    self._link()
                elif one in self._peers:
                    self._take(one)
            self._pass_on()

    def _until_due(self) -> float | None:
        return max(0.0, self._under_way[0][0] - time.perf_counter()) if self._under_way else None

    def _link(self) -> None:
        client, _ = self._listening.accept()
        try:
            server = socket.create_connection(self._server)
        except OSError:  # it has ended
            client.close()
            return
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peers |= {client: server, server: client}

    def _take(self, one: socket.socket) -> None:
        """Where one side ends, so does the other, once it has got what is under way."""
        try:
            chunk = one.recv(CHUNK_BYTES)
        except OSError:
            chunk = b""
        peer = self._peers[one]
        self._under_way.append((time.perf_counter() + self._delay_s, peer, chunk))
        if not chunk:
            del self._peers[one], self._peers[peer]
            one.close()

    def _pass_on(self) -> None:
        while self._under_way and self._under_way[0][0] <= time.perf_counter():
            _, to, chunk = self._under_way.popleft()
            with suppress(OSError):  # it has gone
                if chunk:
                    to.sendall(chunk)
                else:
                    to.close()


def main(host: str, port: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        _Proxy((host, int(port)), listening).run(sys.stdin.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
