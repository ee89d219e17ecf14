"""The simulator's HTTP: keep-alive, bounded bodies, and the fault in force.

The standard library's server, because an answer must get lost after its effect, or break off half-way: a server that
runs applications would say 500 instead.
"""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from project.simulator.books import Books
from project.simulator.calls import CALLS, WITHOUT_FAULTS, Answer, Call, Request
from project.simulator.faults import Fault, Faults, Mode
from project.simulator.refusal import Refused

BODY_BYTES_MAX = 1024 * 1024
IDLE_CONNECTION_S = 60


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "accounting-simulator"
    sys_version = ""
    timeout = IDLE_CONNECTION_S
    wbufsize = -1  # head and body leave in one packet; the server flushes after each request

    def __init__(self, *args: Any, books: Books, faults: Faults, stopping: threading.Event) -> None:
        self.books = books
        self.faults = faults
        self.stopping = stopping
        super().__init__(*args)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Answers are not worth a line each; errors still are (log_error)."""

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called there
        """A connection that was idle for too long is none."""
        if not format.startswith("Request timed out"):
            super().log_error(format, *args)

    def _serve(self) -> None:
        fault = Fault()
        try:
            body = self._body()
            url = urlsplit(self.path)
            call = self._call(url.path)
            if url.path not in WITHOUT_FAULTS:
                fault = self.faults.take(for_drafts=url.path == "/drafts")
                self._suffer(fault)
            query = dict(parse_qsl(url.query))
            request = Request(body=body, query=query, books=self.books, faults=self.faults, fault=fault)
            status, answer = call(request)
        except Refused as refused:
            status, answer = problem(refused)
        self._send(status, answer, mode=fault.mode)

    def _body(self) -> bytes:
        """All of the body, so that the next request on this connection begins where it should."""
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Refused(411, "length_required", "send a Content-Length")
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise Refused(400, "invalid", "Content-Length must be a number")
        if int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            raise Refused(413, "body_too_large", f"a body has at most {BODY_BYTES_MAX} bytes")
        return self.rfile.read(int(length))

    def _call(self, path: str) -> Call:
        methods = CALLS.get(path)
        if methods is None:
            raise Refused(404, "not_found", "there is nothing at this address")
        if self.command not in methods:
            raise Refused(405, "method_not_allowed", f"use {' or '.join(methods)}")
        return methods[self.command]

    def _suffer(self, fault: Fault) -> None:
        """What a fault does before the effect: wait, or refuse."""
        self.stopping.wait(fault.delay_s)
        if fault.mode == Mode.DOWN:
            raise Refused(503, "down", "the accounting system is down")

    def _send(self, status: int, answer: dict[str, Any], *, mode: Mode) -> None:
        if mode == Mode.LOSE_ANSWER:
            self.close_connection = True
            return
        body = json.dumps(answer).encode()
        if mode == Mode.MALFORMED:
            body = body[: len(body) // 2]
        self.send_response(status)
        self.send_header("Content-Type", f"application/{'json' if status < 400 else 'problem+json'}")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def problem(refused: Refused) -> Answer:
    return refused.status, {
        "type": "about:blank",
        "title": refused.code.replace("_", " "),
        "status": refused.status,
        "detail": refused.detail,
        "code": refused.code,
    }


class Server(ThreadingHTTPServer):
    daemon_threads = True  # an idle keep-alive connection must not delay the stop

    def __init__(self, *, address: str, port: int, books: Books) -> None:
        self.stopping = threading.Event()
        connection = partial(Connection, books=books, faults=Faults(), stopping=self.stopping)
        super().__init__((address, port), connection)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Callable from any thread but the one that serves."""
        self.stopping.set()
        self.shutdown()
