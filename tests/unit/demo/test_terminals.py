"""The demo's tills, and a shop that answers what it was told to."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from project.demo.submit import submit
from project.demo.terminals import Terminals, TillFailed
from ringup_client import Goods, Receive

STOCK = Receive([Goods("TEA", 5)])
WHO = {"/terminals/me": {"id": 3, "store": "demo"}, "/terminals/me/gaps": {"items": [], "last_sequence": None}}


def heard(status: str, *, command_id: str = "c7", state: str = "succeeded") -> tuple[int, Any]:
    """An answer to one command."""
    outcome: dict[str, Any] = {"code": "applied", "detail": None, "lines": []}
    command = {"id": command_id, "kind": "receive", "state": state, "outcome": outcome, "result": {}}
    return 200, {"items": [{"index": 0, "status": status, "command": command}]}


class Shop(ThreadingHTTPServer):
    """Gives the answers it was told to give, in turn, and remembers where it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[str] = []

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
        path = self.path.removeprefix("/api/v1").partition("?")[0]
        self.server.asked.append(path)
        status, body = (200, WHO[path]) if path in WHO else self.server.answers.pop(0)
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if status >= 400 else "application/json")
        self.send_header("Content-Length", str(len(content)))
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
def terminals(shop: Shop) -> Iterator[Terminals]:
    with Terminals(shop.url, keys={"backoffice": "secret"}, patience_s=0.3) as terminals:
        yield terminals


def test_a_command_that_settles_in_time_is_one_request(shop: Shop, terminals: Terminals) -> None:
    shop.answers = [heard("accepted")]
    seen = submit(terminals["backoffice"], STOCK, key="opening/1")
    assert (seen.command_id, seen.state, seen.code, seen.replay_held) == ("c7", "succeeded", "applied", None)
    assert seen.latency_ms > 0
    assert shop.asked == [*WHO, "/commands"]


@pytest.mark.parametrize(
    ("again", "held"),
    [(heard("replayed"), True), (heard("replayed", command_id="c8"), False), (heard("accepted"), False)],
    ids=["the same", "another", "taken twice"],
)
def test_a_command_sent_twice_must_be_the_same_and_say_so(
    shop: Shop, terminals: Terminals, again: tuple[int, Any], held: bool
) -> None:
    shop.answers = [heard("accepted"), again]
    assert submit(terminals["backoffice"], STOCK, key="opening/1", twice=True).replay_held is held


def test_a_refused_command_ends_the_till_with_one_line(shop: Shop, terminals: Terminals) -> None:
    problem = {"status": 422, "code": "product_not_found", "detail": "no product TEA"}
    shop.answers = [(200, {"items": [{"index": 0, "status": "refused", "problem": problem}]})]
    with pytest.raises(TillFailed) as error:
        submit(terminals["backoffice"], STOCK, key="opening/1")
    assert str(error.value) == "receive opening/1 is refused: no product TEA"


@pytest.mark.parametrize(("answer", "state"), [((503, {}), "unknown"), (heard("accepted", state="pending"), "pending")])
def test_patience_ends(shop: Shop, terminals: Terminals, answer: tuple[int, Any], state: str) -> None:
    shop.answers = [answer] * 100
    with pytest.raises(TillFailed, match=f"receive opening/1 is {state}"):
        submit(terminals["backoffice"], STOCK, key="opening/1")


def test_a_stopped_till_asks_nothing_more(shop: Shop, terminals: Terminals) -> None:
    terminals.stop()
    with pytest.raises(TillFailed, match="stopped"):
        submit(terminals["backoffice"], STOCK, key="opening/1")
    assert shop.asked == []
