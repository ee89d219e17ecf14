"""`python -m benchmarks.chaos.wire HOST PORT`: a wire to a server, and what becomes of wires.

Its port comes on standard output. Each line on standard input is a fault from then on, and its end is the wire's:

- `delay MS`: what comes takes so long each way
- `hole`, `whole`: nothing goes through, nothing is refused; and on again, with all that was sent meanwhile
- `cut`: all connections are lost
- `lose TEXT`: the next time that a client says it, its connection is lost before the server gets it
- `deafen TEXT`: the same once the server got it: its answer is lost, and nobody knows
- `tear`: the next answer breaks off half-way, and its connection with it
"""

import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from benchmarks.hours.line import CHUNK_BYTES
from project import env as environment
from project.addresses import changed
from project.stack.servers import Servers

RESET = struct.pack("ii", 1, 0)
"""Closed with that it is a reset, as by a router that was switched off (socket(7), SO_LINGER)."""


class Wire:
    """One that runs. Threads may share it."""

    def __init__(self, running: "subprocess.Popen[str]", port: int) -> None:
        self._running = running
        self._lock = threading.Lock()
        self.port = port

    def suffer(self, fault: str) -> None:
        assert self._running.stdin
        with self._lock:
            self._running.stdin.write(fault + "\n")
            self._running.stdin.flush()


@contextmanager
def wired(host: str, port: int) -> Iterator[Wire]:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.chaos.wire", host, str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=environment.PROJECT_FOLDER,
        start_new_session=True,  # Ctrl-C is for whoever started it
    ) as running:
        assert running.stdin
        assert running.stdout
        yield Wire(running, int(running.stdout.readline()))
        running.stdin.close()


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def rerouted(servers: Servers, *, database: Wire, broker: Wire) -> Servers:
    """The same servers by these wires."""
    _, broker_port = address(servers.broker_url)
    wired: dict[str, Any] = {"host": "127.0.0.1", "port": database.port, "sslmode": "disable"}
    return Servers(
        database_url=changed(servers.database_url, **wired),
        application_url=changed(servers.application_url, **wired),
        broker_url=servers.broker_url.replace(f":{broker_port}/", f":{broker.port}/"),
        embedded=servers.embedded,
    )


class Proxy:
    """One thread. `_peers`: both ends of every connection; `_clients`: those that called."""

    def __init__(self, server: tuple[str, int], listening: socket.socket) -> None:
        self._server = server
        self._listening = listening
        self._peers: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._deaf: set[socket.socket] = set()
        self._due: list[tuple[float, socket.socket, bytes]] = []
        self._delay_s = 0.0
        self._is_hole = False
        self._trap: tuple[str, bytes] | None = None
        self._tears = False

    def run(self, told: int) -> None:
        while True:
            listened_to: list[int | socket.socket] = [told]
            if not self._is_hole:
                listened_to += [self._listening, *self._peers]
            wait_s = max(0.0, self._due[0][0] - time.monotonic()) if self._due and not self._is_hole else None
            ready, _, _ = select.select(listened_to, [], [], wait_s)
            for one in ready:
                if isinstance(one, int):
                    if not (lines := os.read(told, 1000)):
                        return
                    for line in lines.decode().splitlines():
                        self._suffer(*line.partition(" ")[::2])
                elif one is self._listening:
                    self._link()
                elif one in self._peers:
                    self._take(one)
            if not self._is_hole:
                self._pass_on()

    def _suffer(self, fault: str, how: str) -> None:
        match fault:
            case "delay":
                self._delay_s = float(how) / 1000
            case "hole" | "whole":
                self._is_hole = fault == "hole"
            case "cut":
                for client in list(self._clients):
                    self._end(client)
            case "lose" | "deafen":
                self._trap = fault, how.encode()
            case "tear":
                self._tears = True
            case _:
                raise AssertionError(fault)

    def _link(self) -> None:
        client, _ = self._listening.accept()
        try:
            server = socket.create_connection(self._server, timeout=1)
        except OSError:  # it has ended, or hangs
            _reset(client)
            return
        server.settimeout(None)
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peers |= {client: server, server: client}
        self._clients.add(client)

    def _take(self, one: socket.socket) -> None:
        try:
            chunk = one.recv(CHUNK_BYTES)
        except OSError:
            chunk = b""
        peer = self._peers[one]
        if not chunk:
            self._end(one)
        elif one in self._clients:
            self._ask(one, peer, chunk)
        elif one in self._deaf:
            self._end(one)
        elif self._tears:
            self._tears = False
            with suppress(OSError):
                peer.sendall(chunk[: len(chunk) // 2])
            self._end(one)
        else:
            self._send(peer, chunk)

    def _ask(self, client: socket.socket, server: socket.socket, chunk: bytes) -> None:
        if self._trap and self._trap[1] in chunk:
            fault, self._trap = self._trap[0], None
            if fault == "lose":
                self._end(client)
                return
            self._deaf.add(server)
        self._send(server, chunk)

    def _send(self, to: socket.socket, chunk: bytes) -> None:
        if self._delay_s or self._due:
            self._due.append((time.monotonic() + self._delay_s, to, chunk))
        else:
            self._deliver(to, chunk)

    def _pass_on(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            _, to, chunk = self._due.pop(0)
            self._deliver(to, chunk)

    def _deliver(self, to: socket.socket, chunk: bytes) -> None:
        with suppress(OSError):  # it has gone
            to.sendall(chunk)

    def _end(self, one: socket.socket) -> None:
        """Both ends at once."""
        if (peer := self._peers.pop(one, None)) is None:
            return
        del self._peers[peer]
        self._clients -= {one, peer}
        self._deaf -= {one, peer}
        for end in (one, peer):
            _reset(end)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    end.close()


def main(host: str, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        print(listening.getsockname()[1], flush=True)
        Proxy((host, int(port)), listening).run(sys.stdin.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
