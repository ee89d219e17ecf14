"""An address in front of two servers: it leads to one of them, and to the other once it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

BLOCK_BYTES = 65_536


class Switch:
    """`url` leads to where `to` says; who is connected when that changes has to connect anew."""

    def __init__(self, to: str) -> None:
        self._to = _address(to)
        self._links: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, url: str) -> None:
        self._to = _address(url)
        self._cut()

    def close(self) -> None:
        self._listening.close()
        self._cut()

    def _cut(self) -> None:
        links, self._links = self._links, []
        for link in links:
            _shut(link)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection(self._to)
                except OSError:
                    client.close()
                    continue
                self._links += [client, server]
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=[one, other], daemon=True).start()


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while block := one.recv(BLOCK_BYTES):
            other.sendall(block)
    _shut(one)
    _shut(other)


def _shut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()


@contextmanager
def switch(to: str) -> Iterator[Switch]:
    one = Switch(to)
    try:
        yield one
    finally:
        one.close()
