"""Calls that come when they are due, against a small server of the standard library; and how answers are counted."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load.http import Answer, request
from benchmarks.overload import arrivals
from benchmarks.overload.arrivals import Call, Lines
from benchmarks.overload.flood import Heard

SLOW_S = 0.2


class Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(SLOW_S)
        self.send_response(503)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent: nobody reads it."""


@pytest.fixture
def base_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def carried(base_url: str, dues: list[float]) -> tuple[list[tuple[Answer, float]], Lines]:
    heard: list[tuple[Answer, float]] = []
    calls = (Call(due, lambda: request("GET", "/", headers=""), lambda *came: heard.append(came)) for due in dues)
    with Lines(base_url) as lines:
        lines.carry(calls)
    return heard, lines


def test_no_call_waits_for_the_answer_to_another(base_url: str) -> None:
    began = time.monotonic()
    heard, lines = carried(base_url, [began] * 5)
    assert [answer.retry_after_s for answer, _ in heard] == [7] * 5
    assert lines.most == 5
    assert time.monotonic() - began < 5 * SLOW_S


def test_a_call_that_is_sent_late_took_as_long_as_it_was_due(base_url: str) -> None:
    ((_, seconds),), _ = carried(base_url, [time.monotonic() - 1])
    assert seconds >= 1 + SLOW_S


def test_what_finds_no_connection_is_counted(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "LINES_MAX", 2)
    heard, lines = carried(base_url, [time.monotonic()] * 5)
    assert (len(heard), lines.unsent) == (2, 3)


def answer(status: int, body: object, *, retry_after_s: int | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), retry_after_s=retry_after_s)


def test_each_answer_is_counted_as_what_it_is() -> None:
    heard = Heard()
    heard.take(answer(202, {"items": [{"command_id": "one"}]}), 0.1, waits=False)
    heard.take(answer(200, {"items": [{"command_id": "two"}]}), 5.0, waits=True)
    heard.take(answer(200, {"items": [{"command_id": None, "problem": {"code": "no_such"}}]}), 0.1, waits=False)
    heard.take(answer(503, {"code": "server_busy"}, retry_after_s=1), 0.1, waits=False)
    heard.take(answer(429, {"code": "too_many_requests"}), 0.1, waits=False)
    heard.take(answer(500, {}), 0.1, waits=False)
    assert heard.accepted == ["one", "two"]
    assert heard.answers_s == [0.1]
    assert heard.refused == {"503 server_busy": 1, "429 too_many_requests": 1}
    assert heard.not_told_when == 1
    assert heard.unclear == {"a sale was refused: no_such": 1, "500: {}": 1}
    assert heard.offered == 6
