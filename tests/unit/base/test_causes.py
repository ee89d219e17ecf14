"""Why a system gave no answer is a sentence: the libraries' own faults, made by real sockets where that is quick."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import DivisionByZero
from typing import Any

import psycopg
import pytest
import redis
import urllib3
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry
from urllib3.exceptions import LocationParseError, NameResolutionError, NewConnectionError

from base.causes import no_answer, why
from base.outside.bounded_read import TooSlow
from project.env import PROJECT_FOLDER

WITHIN_S = 0.2
NO_MORE = Retry(NoBackoff(), 0)
OK = b"HTTP/1.1 200 OK\r\n"
GZIPPED = OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
SAYS: dict[str, tuple[bytes, str]] = {
    "nothing, and hangs up": (b"", "the connection broke off"),
    "less than it promised": (OK + b"Content-Length: 9\r\n\r\nabc", "the connection broke off"),
    "something else than HTTP": (b"220 mail ready\r\n", "what answers at AT does not speak HTTP"),
    "what is not packed as it says": (GZIPPED, "the answer cannot be unpacked"),
}


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that answers with that and hangs up; None: that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(answer or b"")

        if answer is not None:
            threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def fault(call: Callable[[], Any]) -> Exception:
    with pytest.raises(Exception) as raised:
        call()
    return raised.value


def post(url: str) -> Any:
    with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as pool:
        return pool.request("POST", url, body="")


def of_http(url: str) -> str:
    return why(fault(lambda: post(url)), at=url, within_s=WITHIN_S).replace(url, "AT")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.mark.parametrize("says", SAYS)
def test_what_an_http_server_did_wrong(says: str) -> None:
    answer, sentence = SAYS[says]
    with listening(answer) as port:
        assert of_http(f"http://127.0.0.1:{port}") == sentence


def test_that_no_http_server_is_there_or_that_it_is_too_slow() -> None:
    assert of_http(f"http://127.0.0.1:{free_port()}") == "nothing listens at AT"
    with listening(None) as port:
        assert of_http(f"http://127.0.0.1:{port}") == "no answer within 0.2 s"
    with listening(b"220 mail ready\r\n") as port:
        assert of_http(f"https://127.0.0.1:{port}") == "what answers at AT does not speak TLS"


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


UNTRUSTED = caused(urllib3.exceptions.SSLError("[SSL]"), ssl.SSLCertVerificationError(1, "self-signed"))
NO_ROUTE = NewConnectionError(urllib3.connection.HTTPConnection("books"), "[Errno 113] No route to host")
UNKNOWN = NameResolutionError(
    "books.example", urllib3.connection.HTTPConnection("books.example"), socket.gaierror(-2, "unknown")
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UNKNOWN, "the name books.example is not known"),
        (UNTRUSTED, "the certificate of https://books.example is not to be trusted"),
        (NO_ROUTE, "no way leads to https://books.example"),
        (LocationParseError("https://u:secret@books.example"), "https://books.example is no address"),
        (TooSlow(), "no answer within 0.2 s"),
        (redis.AuthenticationError("invalid username-password pair"), "invalid username-password pair"),
        (KeyError("series"), "a fault of the program: 'series'"),
        (AssertionError(), "a fault of the program: it does not say why"),
        (DivisionByZero([DivisionByZero]), "a fault of the program: it does not say why"),
        (RuntimeError("failed 20 times"), "failed 20 times"),
        (
            psycopg.errors.CheckViolation("new row violates a law\nDETAIL:  Failing row contains (1)"),
            "new row violates a law",
        ),
        (
            psycopg.OperationalError(
                'connection failed: connection to server at "db" (::1), port 5432 failed: FATAL:  no password given'
            ),
            "no password given",
        ),
        (
            psycopg.OperationalError("failed to resolve host 'db.example': [Errno -2] Name or service not known"),
            "the name db.example is not known",
        ),
        (
            psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly"),
            "the connection broke off",
        ),
    ],
)
def test_what_cannot_be_made_so_quickly(error: Exception, sentence: str) -> None:
    assert why(error, at="https://books.example", within_s=WITHIN_S) == sentence


def test_the_broker_and_the_database_say_where_they_are_not() -> None:
    port = free_port()
    broker = fault(redis.Redis(port=port, host="127.0.0.1", retry=NO_MORE).ping)
    assert why(broker) == f"nothing listens at 127.0.0.1:{port}"
    assert why(caused(OperationalError(str(broker)), broker)) == f"nothing listens at 127.0.0.1:{port}"
    assert why(fault(lambda: psycopg.connect(f"postgresql://127.0.0.1:{port}/shop"))) == (
        f"nothing listens at 127.0.0.1:{port}"
    )
    with listening(b"") as port:
        assert why(fault(lambda: redis.Redis(port=port, retry=NO_MORE).ping())) == "the connection broke off"
    with listening(None) as port:
        assert why(fault(redis.Redis(port=port, socket_timeout=WITHIN_S, retry=NO_MORE).ping)) == "no answer in time"


def test_of_an_address_neither_login_nor_path_is_repeated_and_the_waiting_is_as_the_library_tells_it() -> None:
    refused = ConnectionRefusedError(111, "Connection refused")
    assert why(refused, at="http://books:se@cret@acc.example:86/x?y=1") == "nothing listens at http://acc.example:86"
    assert why(urllib3.exceptions.ConnectTimeoutError("(connect timeout=3.0)"), within_s=10) == "no answer within 3 s"


def test_no_answer_is_said_once() -> None:
    assert no_answer(TooSlow(), at="http://books", within_s=5) == "no answer within 5 s"
    refused = ConnectionRefusedError(111, "Connection refused")
    assert no_answer(refused, at="http://books:1", within_s=5) == "no answer: nothing listens at http://books:1"


def test_nobody_else_tells_people_the_name_of_an_errors_class() -> None:
    ours = [
        PROJECT_FOLDER / room for room in ("base", "inventory", "orders", "workers", "project", "clients", "benchmarks")
    ]
    files = [file for room in ours for file in room.rglob("*.py") if file.name != "causes.py"]
    assert [file for file in files if re.search(r"type\((error|fault|failure|cause)\)\.__", file.read_text())] == []
