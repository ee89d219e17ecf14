"""A till whose server stumbles."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from project.demo.connection import Connection, TillFailed
from project.demo.submit import Submission, submit

PAY = Submission(path="/orders/7/pay", terminal_key="secret", key="580538/1", body={"tenders": []})
CUT: tuple[int, Any] = (0, {})


def command(state: str, code: str | None = None) -> dict[str, Any]:
    return {"id": "c7", "kind": "pay", "state": state, "outcome": {"code": code, "detail": None}, "result": None}


class Shop(ThreadingHTTPServer):
    """Gives the answers it was told to give, in turn, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.answers: list[tuple[int, Any] | tuple[int, Any, dict[str, str]]] = []
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Counter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        status, body, *headers = self.server.answers.pop(0)
        if not status:
            self.close_connection = True
            return
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers[0] if headers else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The test looks at `asked` instead."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield shop
    shop.shutdown()
    thread.join()
    shop.server_close()


@pytest.fixture
def connect(shop: Shop) -> Iterator[Callable[..., Connection]]:
    made = []

    def connect(*, patience_s: float = 5.0, stopping: threading.Event | None = None) -> Connection:
        made.append(Connection(shop.url, stopping=stopping or threading.Event(), patience_s=patience_s))
        return made[-1]

    yield connect
    for connection in made:
        connection.close()


Connect = Callable[..., Connection]
SETTLED = (200, command("succeeded", "applied"))


def test_a_command_that_settles_in_time_is_one_request(shop: Shop, connect: Connect) -> None:
    shop.answers = [SETTLED]
    seen = submit(connect(), PAY)
    assert (seen.command_id, seen.state, seen.code, seen.replay_held) == ("c7", "succeeded", "applied", None)
    assert seen.latency_ms > 0
    [(method, path, headers)] = shop.asked
    assert method == "POST"
    assert path == "/api/v1/orders/7/pay"
    assert headers["Idempotency-Key"] == "580538/1"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Prefer"] == "wait=10"


@pytest.mark.parametrize("trouble", [CUT, (500, {}), (503, b"<html>"), (429, {}), (200, b'{"id": "c')])
def test_a_lost_or_broken_answer_is_asked_for_again_under_the_same_key(
    shop: Shop, connect: Connect, trouble: tuple[int, Any]
) -> None:
    shop.answers = [trouble, trouble, SETTLED]
    assert submit(connect(), PAY).state == "succeeded"
    assert {headers["Idempotency-Key"] for _, _, headers in shop.asked} == {"580538/1"}
    assert len(shop.asked) == 3


def test_a_command_that_is_not_settled_in_time_is_waited_for(shop: Shop, connect: Connect) -> None:
    rejected = command("rejected", "stock_insufficient")
    shop.answers = [(202, command("pending")), (200, command("pending")), CUT, (200, rejected)]
    seen = submit(connect(), PAY)
    assert (seen.state, seen.code) == ("rejected", "stock_insufficient")
    assert [path for _, path, _ in shop.asked] == ["/api/v1/orders/7/pay"] + 3 * ["/api/v1/commands/c7"]


@pytest.mark.parametrize(
    ("headers", "command_id", "held"),
    [
        ({"Idempotency-Replayed": "true"}, "c7", True),
        ({"Idempotency-Replayed": "true"}, "c8", False),
        ({}, "c7", False),
    ],
)
def test_a_command_sent_twice_must_be_the_same_and_say_so(
    shop: Shop, connect: Connect, headers: dict[str, str], command_id: str, held: bool
) -> None:
    again = command("succeeded", "applied") | {"id": command_id}
    shop.answers = [SETTLED, (200, again, headers)]
    assert submit(connect(), PAY, twice=True).replay_held is held


def test_a_refused_request_ends_the_till_with_one_line(shop: Shop, connect: Connect) -> None:
    shop.answers = [(422, {"code": "product_not_found", "detail": "no product 22752"})]
    with pytest.raises(TillFailed) as error:
        submit(connect(), PAY)
    assert str(error.value) == "POST /orders/7/pay was answered 422 product_not_found: no product 22752"


@pytest.mark.parametrize("answer", [(503, {}), (202, command("pending"))])
def test_patience_ends(shop: Shop, connect: Connect, answer: tuple[int, Any]) -> None:
    shop.answers = [answer] * 100
    with pytest.raises(TillFailed, match=r"503|still pending"):
        submit(connect(patience_s=0.2), PAY)


def test_a_stopped_till_asks_nothing_more(shop: Shop, connect: Connect) -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(TillFailed, match="stopped"):
        submit(connect(stopping=stopping), PAY)
    assert shop.asked == []
