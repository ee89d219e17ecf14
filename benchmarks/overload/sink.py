"""A server with no Ringup in it: it takes each call in, looks at nothing, and says when to come back.

What a client costs the machine that it shares with those it disturbs, it costs here as well, and nothing else does.
"""

import asyncio
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

PROGRAMS = multiprocessing.get_context("spawn")
HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BODY = b'{"code":"nobody_looked"}'
_ANSWER = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


@contextmanager
def sink() -> Iterator[str]:
    """Its address; a program of its own, as the server is."""
    here, there = PROGRAMS.Pipe()
    program = PROGRAMS.Process(target=_serve, args=(there,), name="sink", daemon=True)
    program.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        program.terminate()
        program.join()


def _serve(other: Connection) -> None:
    with suppress(KeyboardInterrupt):
        asyncio.run(_answering(other))


async def _answering(other: Connection) -> None:
    server = await asyncio.get_running_loop().create_server(_Caller, "127.0.0.1", 0)
    other.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


class _Caller(asyncio.Protocol):
    """One connection, with one call at a time."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            self._head += data
            if (end := self._head.find(HEAD_END)) < 0:
                return
            length = _LENGTH.search(self._head)
            self._left = end + len(HEAD_END) + int(length[1] if length else 0) - len(self._head)
            self._head.clear()
        if not self._left:
            self._transport.write(_ANSWER)
