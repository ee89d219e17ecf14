"""Calls that come when they are due, against a small server of the standard library; and how answers are counted."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.lane import Lane
from benchmarks.load.http import Answer, request, take_answer
from benchmarks.overload import arrivals
from benchmarks.overload.arrivals import Call, Lines
from benchmarks.overload.flood import Heard
from benchmarks.overload.history import Sale, contradictions
from benchmarks.overload.neighbours import Beside, Turns
from benchmarks.overload.report import neighbours
from benchmarks.overload.sink import sink

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


def serving(handler: type[Slow]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def base_url() -> Iterator[str]:
    yield from serving(Slow)


def carried(base_url: str, dues: list[float]) -> tuple[list[tuple[Answer, float]], Lines]:
    heard: list[tuple[Answer, float]] = []
    calls = (Call(due, lambda: request("GET", "/", headers=""), lambda *came: heard.append(came)) for due in dues)
    with Lines(base_url) as lines:
        lines.carry(calls)
    return heard, lines


def test_no_call_waits_for_the_answer_to_another(base_url: str) -> None:
    heard, lines = carried(base_url, [time.monotonic()] * 5)
    assert [answer.retry_after_s for answer, _ in heard] == [7] * 5
    assert lines.most == 5


def test_a_call_that_is_sent_late_took_as_long_as_it_was_due(base_url: str) -> None:
    ((_, seconds),), _ = carried(base_url, [time.monotonic() - 1])
    assert seconds >= 1 + SLOW_S


def test_what_finds_no_connection_is_counted(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "LINES_MAX", 2)
    heard, lines = carried(base_url, [time.monotonic()] * 5)
    assert (len(heard), lines.unsent) == (2, 3)


def test_the_sink_takes_bodies_in_and_says_when_to_come_back() -> None:
    large = request("POST", "/", headers="", body="x" * 1_000_000)
    with sink() as url, socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as line:
        for called in (large, request("GET", "/", headers=""), large):
            line.sendall(called[:20])
            line.sendall(called[20:])
            received = bytearray()
            while not (told := take_answer(received)):
                received += line.recv(1000)
            assert (told.status, told.retry_after_s, len(received)) == (429, 1, 0)


def test_what_the_broken_tills_program_takes_from_the_others_is_not_held_against_the_server() -> None:
    turns = Turns(
        took_s={Beside.NOBODY: [0.1] * 40, Beside.ITS_PROGRAM: [0.15] * 30, Beside.BROKEN: [0.3] * 20},
        seconds=dict.fromkeys(Beside, 10.0),
    )
    judged = {one.name: (round(one.value, 2), one.unit) for one in neighbours(turns) if one.asked}
    against = "x beside the broken till's program"
    assert judged == {
        "beside a broken till: p50": (2.0, against),
        "beside a broken till: p99": (2.0, against),
        "beside a broken till: sales": (0.67, against),
    }


class Empty(Slow):
    """A shop in which nothing is found."""

    def do_GET(self) -> None:
        body = json.dumps({"items": [], "next_cursor": None}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def empty_shop_url() -> Iterator[str]:
    yield from serving(Empty)


def settled(key: str, command_id: str, *, at: float) -> Sale:
    """As its till heard of it: it was refused for what the business says."""
    command = {"id": command_id, "state": "rejected", "outcome": {"code": "stock_insufficient"}, "result": None}
    verdict = {"status": "accepted", "command_id": command_id, "command": {**command, "kind": "pay", "order_id": None}}
    body = json.dumps([{"key": key, "kind": "pay", "body": {}}])
    return Sale(0, body, at, at + 1, answer(200, {"items": [verdict]}))


def test_answers_that_contradict_each_other_are_found(empty_shop_url: str) -> None:
    lane = Lane(name="many", store_id=1, terminal_id=1, terminal_keys=("key",), wares=(), lines=3)
    first, again = settled("sale-1", "one", at=1), settled("sale-1", "two", at=3)
    assert contradictions(lane, empty_shop_url, [first]) == []
    found = contradictions(lane, empty_shop_url, [first, again])
    assert "key sale-1 of till 0 is 2 commands: one, two" in found


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
