"""A TCP proxy in front of PostgreSQL: counts the statements that really travel, and cuts what it is told to cut.

Protocol: PostgreSQL, chapter "Frontend/Backend Protocol", "Message Formats".
"""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from functools import partial

from psycopg.conninfo import conninfo_to_dict

from project.addresses import changed
from tests.support.network.relay import BLOCK_BYTES, Relay, shut

STATEMENT_MESSAGES = (b"Q", b"E")  # a simple query; the execution of an extended one


class Proxy(Relay):
    """`url` leads to the database through it. `statements`: how many have passed, over all connections; `turned_away`:
    how many have come while the database was away; `held`: how many messages while it was silent."""

    def __init__(self, database_url: str) -> None:
        server = conninfo_to_dict(database_url)
        self._server = (str(server["host"]), int(server["port"] or 0))
        self.statements = 0
        self.cuts = 0
        self.turned_away = 0
        self.held = 0
        self._is_away = False
        self._speaks = threading.Event()
        self._speaks.set()
        self._cut_at = b""
        self._forwards = True
        super().__init__()
        self.url = changed(database_url, host="127.0.0.1", port=self.port, sslmode="disable")

    def cut_at(self, statement: bytes, *, forwards: bool) -> None:
        """The next time that the statement passes, its connection is lost: before the server gets it or, if the proxy
        `forwards` it, once the server has answered."""
        self._forwards = forwards
        self._cut_at = statement

    def go_away(self) -> None:
        """As a database that ends: all connections break off, and whoever comes is turned away."""
        self._is_away = True
        self.cut()

    def come_back(self) -> None:
        self._is_away = False

    def fall_silent(self) -> None:
        """As a host that hangs: whoever comes is let in, and nobody has an answer until it is to `speak`."""
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    def close(self) -> None:
        super().close()
        self.speak()

    def reach(self) -> tuple[str, int]:
        if self._is_away:
            self.turned_away += 1
            raise ConnectionRefusedError
        return self._server

    def between(self, client: socket.socket, server: socket.socket) -> Iterable[Callable[[], None]]:
        answers_lost = threading.Event()
        return partial(self._ask, client, server, answers_lost), partial(_answer, client, server, answers_lost)

    def _ask(self, client: socket.socket, server: socket.socket, answers_lost: threading.Event) -> None:
        with suppress(OSError), client.makefile("rb") as asked:
            for message in _messages(asked.read):
                if message[:1] in STATEMENT_MESSAGES:
                    self.statements += 1
                if self._cut_at and self._cut_at in message:
                    self._cut_at = b""
                    self.cuts += 1
                    answers_lost.set()
                    if not self._forwards:
                        shut(client)
                        break
                if not self._speaks.is_set():
                    self.held += 1
                    self._speaks.wait()
                server.sendall(message)
        shut(server)


def _messages(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The first message of a client has no type; all others begin with it."""
    kind = b""
    while length := read(4):
        yield kind + length + read(int.from_bytes(length) - 4)
        kind = read(1)


def _answer(client: socket.socket, server: socket.socket, answers_lost: threading.Event) -> None:
    with suppress(OSError):
        while answer := server.recv(BLOCK_BYTES):
            if answers_lost.is_set():
                break
            client.sendall(answer)
    shut(client)
    shut(server)


def proxied(database_url: str) -> "closing[Proxy]":
    return closing(Proxy(database_url))
