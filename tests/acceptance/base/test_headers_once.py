"""A header that names one thing comes once. The real web server makes one of two, with a comma between."""

import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from orders.commands.core.roles import Role
from tests.support.processes.served import Served

JSON = ("Content-Type", "application/json")
KEY = ("Idempotency-Key", "sale-1")


def sent(served: Served, *headers: tuple[str, str], path: str = "/inventory/receive") -> str:
    """The answer, to a call that is taken if its headers are."""
    address = urlsplit(served.url)
    body = b'{"items": [{"sku": "TEA-80", "quantity": 1}]}'
    lines = [f"POST /api/v1{path} HTTP/1.1", f"Host: {address.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (*headers, ("Content-Length", str(len(body))))]
    with closing(socket.create_connection((address.hostname, address.port), timeout=60)) as server:
        server.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return server.makefile("rb").read().decode()


@pytest.fixture
def bearer(served: Served) -> tuple[str, str]:
    return "Authorization", f"Bearer {served.keys[Role.BACKOFFICE]}"


@pytest.mark.parametrize("again", ["sale-1", "sale-2", '"sale-2"'])
def test_two_keys_are_none(served: Served, bearer: tuple[str, str], again: str) -> None:
    answer = sent(served, bearer, JSON, KEY, ("Idempotency-Key", again))
    assert answer.startswith("HTTP/1.1 400 ")
    assert '"code":"idempotency_key_invalid"' in answer
    assert "Send one Idempotency-Key header" in answer


def test_two_terminals_are_none(served: Served, bearer: tuple[str, str]) -> None:
    answer = sent(served, bearer, bearer, JSON, KEY)
    assert answer.startswith("HTTP/1.1 400 ")
    assert "Send one Authorization header" in answer


@pytest.mark.parametrize("other", ["text/csv", "application/json"])
def test_two_kinds_of_body_are_none(served: Served, bearer: tuple[str, str], other: str) -> None:
    """As a proxy makes one of two. Of two headers the web server itself reads the first."""
    for path in ("/inventory/receive", "/inventory/import"):
        answer = sent(served, bearer, ("Content-Type", f"application/json, {other}"), KEY, path=path)
        assert answer.startswith("HTTP/1.1 400 "), path
        assert "Send one Content-Type header" in answer, path


def test_two_lengths_are_none(served: Served, bearer: tuple[str, str]) -> None:
    assert sent(served, bearer, JSON, KEY, ("Content-Length", "3")).startswith("HTTP/1.1 400 ")


def test_two_numbers_are_none(served: Served, bearer: tuple[str, str]) -> None:
    answer = sent(served, bearer, JSON, KEY, ("Command-Sequence", "1"), ("Command-Sequence", "2"))
    assert '"code":"command_sequence_invalid"' in answer


def test_of_two_preferences_the_first_counts(served: Served, bearer: tuple[str, str]) -> None:
    """RFC 7240, section 2: they may be one header or two."""
    answer = sent(served, bearer, JSON, ("Idempotency-Key", "two-waits"), ("Prefer", "wait=7"), ("Prefer", "wait=3"))
    assert "preference-applied: wait=7" in answer.lower()


@pytest.mark.parametrize("kind", ['application/json; a="b,c"', 'application/json; charset="utf-8"'])
def test_a_comma_in_quotes_is_the_parameters_own(served: Served, bearer: tuple[str, str], kind: str) -> None:
    answer = sent(served, bearer, ("Content-Type", kind), ("Idempotency-Key", kind.replace('"', "").replace(",", "")))
    assert answer.startswith("HTTP/1.1 202 ")
