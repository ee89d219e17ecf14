"""Calls over a socket, as Django's test client would answer them."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3

ANSWERS_WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class Response:
    status_code: int
    content: bytes
    headers: Mapping[str, str]

    def getvalue(self) -> bytes:
        """As Django's have it, streamed or not."""
        return self.content


@dataclass(frozen=True, slots=True)
class WebClient:
    url: str

    def generic(
        self, method: str, path: str, content: Any = b"", *, content_type: str, headers: Mapping[str, str]
    ) -> Response:
        """`content`: bytes, or chunks of them."""
        answer = _pool.request(
            method,
            self.url + quote(path, safe="/?&=%:+,;"),
            body=content or None,
            headers={"Content-Type": content_type, **headers},
            chunked=not isinstance(content, bytes),
            retries=False,
            timeout=ANSWERS_WITHIN_S,
        )
        return Response(answer.status, answer.data, answer.headers)

    def raw(self, pieces: Iterable[bytes], *, hangs_up: bool = False, ends: bool = False) -> bytes:
        """What comes back for these bytes, each sent by itself; nothing if the client has gone. `ends`: it will send
        no more, and listens."""
        where = urlsplit(self.url)
        assert where.hostname
        assert where.port
        with closing(socket.create_connection((where.hostname, where.port), timeout=ANSWERS_WITHIN_S)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                connection.sendall(piece)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return b"" if hangs_up else b"".join(iter(lambda: connection.recv(65536), b""))


_pool = urllib3.PoolManager(maxsize=16)
