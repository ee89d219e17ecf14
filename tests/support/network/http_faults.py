"""An HTTP proxy in front of an outside system that does to requests what networks and such systems do."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3


class Fault(StrEnum):
    """What a request meets. Up to `down` it never reaches the system, from `late` on it has had its effect."""

    REFUSED = "connection refused"
    RESET = "connection reset"
    HANG = "no answer, no effect"
    ERROR = "500"
    DOWN = "503 in HTML"
    LATE = "an answer after everybody has gone"
    CUT = "connection cut after the effect"
    CUT_SHORT = "half an answer"
    DRIP = "an answer drop by drop"
    REPEATED = "the request sent twice"
    WRONG_BODY = "another JSON object"
    NOT_AN_OBJECT = "a JSON number"
    NOT_JSON = "200 in HTML"


HAS_ANSWER = frozenset({Fault.REPEATED})
"""The right one."""
UNHEARD = frozenset({Fault.HANG, Fault.LATE, Fault.DRIP})
"""Whoever waits for the answer waits in vain."""
NO_EFFECT = frozenset({Fault.REFUSED, Fault.RESET, Fault.HANG, Fault.ERROR, Fault.DOWN})
SPOILT = {
    Fault.ERROR: (500, b'{"error": "internal"}'),
    Fault.DOWN: (503, b"<h1>Service unavailable</h1>"),
    Fault.WRONG_BODY: (200, b'{"surprise": [1, null, {"ids": "reference"}]}'),
    Fault.NOT_AN_OBJECT: (200, b"17"),
    Fault.NOT_JSON: (200, b"<h1>Welcome</h1>"),
}


FORWARDED = ("Content-Type", "Authorization", "Accept", "Accept-Encoding", "Idempotency-Key", "Prefer")


class FaultyProxy:
    """`url` leads to the system through it. `reached`: how many requests the system has answered; `answered`: by
    status."""

    def __init__(self, url: str) -> None:
        self._target = url
        self._lock = threading.Lock()
        self._fault: Fault | None = None
        self._only = b""
        self._lifted = threading.Event()
        self._reached = threading.Semaphore(0)
        self.reached = 0
        self.answered: Counter[int] = Counter()
        self.http = urllib3.PoolManager(retries=False, timeout=30, maxsize=8)
        self._port = 0
        self._listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @contextmanager
    def faulty(self, fault: Fault, *, only: bytes = b"") -> Iterator[None]:
        """Every request within meets the fault, or those whose body has `only` in it; connections that were open
        break."""
        self._lifted.clear()
        self._fault, self._only = fault, only
        if fault is Fault.REFUSED:
            self._close()
        try:
            yield
        finally:
            self._fault = None
            self._lifted.set()
            if fault is Fault.REFUSED:
                self._listen()

    def fault_of(self, body: bytes) -> Fault | None:
        return self._fault if self._only in body else None

    def wait_lifted(self, *, seconds: float | None = None) -> bool:
        """Whether the fault is over."""
        return self._lifted.wait(seconds)

    def wait_reached(self, *, seconds: float) -> None:
        """Until the system has answered a request more."""
        assert self._reached.acquire(timeout=seconds), "no request has reached the system"

    def forward(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
        answer = self.http.request(method, self._target + path, body=body, headers=headers)
        with self._lock:
            self.reached += 1
            self.answered[answer.status] += 1
        self._reached.release()
        return answer.status, answer.data, answer.headers.get("Content-Type", "")

    def end(self) -> None:
        self._fault = None
        self._lifted.set()
        self._close()

    def _listen(self) -> None:
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, proxy: FaultyProxy, port: int) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", port), _Connection)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = -1

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """The tests say what went wrong."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        proxy = self.server.proxy
        fault = proxy.fault_of(body)
        if fault in (Fault.REFUSED, Fault.RESET):
            self._hang_up()
        elif fault is Fault.HANG:
            proxy.wait_lifted()
            self._hang_up()
        elif fault in NO_EFFECT:
            self._answer(*SPOILT[fault], "text/html")
        else:
            self._serve_after_effect(fault, body)

    def _serve_after_effect(self, fault: Fault | None, body: bytes) -> None:
        proxy = self.server.proxy
        headers = {name: self.headers[name] for name in FORWARDED if name in self.headers}
        answer = proxy.forward(self.command, self.path, body, headers)
        match fault:
            case None:
                self._answer(*answer)
            case Fault.REPEATED:
                self._answer(*proxy.forward(self.command, self.path, body, headers))
            case Fault.LATE:
                proxy.wait_lifted()
                self._hang_up()
            case Fault.CUT:
                self._hang_up()
            case Fault.CUT_SHORT:
                self._answer(*answer, sent=len(answer[1]) // 2)
                self._hang_up()
            case Fault.DRIP:
                self._drip(answer[1])
            case _:
                self._answer(*SPOILT[fault], "application/json")

    def _answer(self, status: int, body: bytes, content_type: str, *, sent: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:sent])
        self.wfile.flush()

    def _drip(self, body: bytes) -> None:
        """A byte just often enough that no single read takes long."""
        self.send_response(200)
        self.send_header("Content-Length", str(10_000_000))
        self.end_headers()
        with suppress(OSError):
            while not self.server.proxy.wait_lifted(seconds=0.05):
                self.wfile.write(body[:1])
                self.wfile.flush()
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def faulty_proxy(url: str) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(url)
    try:
        yield proxy
    finally:
        proxy.end()
        proxy.http.clear()
