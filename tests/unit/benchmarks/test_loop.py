"""Clients against a small server of the standard library."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.load.http import request
from benchmarks.load.loop import Script, ServerSilent, run


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body == b"hang up":
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent: nobody reads it."""


@pytest.fixture
def base_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_clients_take_turns_with_requests_and_pauses(base_url: str) -> None:
    heard: list[tuple[str, bytes]] = []

    def client(name: str) -> Script:
        for n in range(3):
            answer = yield request("POST", "/", headers="", body=f"{name}{n}")
            assert answer
            heard.append((name, answer.body))
            yield 0.001

    run(base_url, [client("a"), client("b")])
    for name in ("a", "b"):
        assert [body for who, body in heard if who == name] == [f"{name}{n}".encode() for n in range(3)]


def test_a_client_that_asks_nothing_is_no_trouble(base_url: str) -> None:
    def client() -> Script:
        yield from ()

    run(base_url, [client()])


def test_a_server_that_hangs_up_ends_the_run(base_url: str) -> None:
    def client() -> Script:
        yield request("POST", "/", headers="", body="hang up")

    with pytest.raises(ServerSilent, match="closed a connection"):
        run(base_url, [client()])
