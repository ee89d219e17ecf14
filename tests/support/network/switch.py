"""An address in front of two servers: it leads to one of them, and to the other once it is told."""

import socket
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import partial
from urllib.parse import urlsplit

from tests.support.network.relay import BLOCK_BYTES, Relay, shut


class Switch(Relay):
    """`url` leads to where `to` says; who is connected when that changes has to connect anew."""

    def __init__(self, to: str) -> None:
        self._to = _address(to)
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}"

    def lead_to(self, url: str) -> None:
        self._to = _address(url)
        self.cut()

    def reach(self) -> tuple[str, int]:
        return self._to

    def between(self, client: socket.socket, server: socket.socket) -> Iterable[Callable[[], None]]:
        return partial(_pass_on, client, server), partial(_pass_on, server, client)


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while block := one.recv(BLOCK_BYTES):
            other.sendall(block)
    shut(one)
    shut(other)


def switch(to: str) -> "closing[Switch]":
    return closing(Switch(to))
