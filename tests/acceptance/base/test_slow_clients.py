"""Clients that read or send slowly, over sockets of their own: each costs the others nothing."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import psycopg
import pytest
import pytest_django
import urllib3
from django.contrib.auth.models import User
from django.urls import reverse

from orders.commands.core.roles import Role
from orders.invoicing.report import READERS_MAX
from project.stack.embedded.child import wait_until
from tests.support.database import connected_to
from tests.support.processes.served import Served

NUMBERS = 15_000
READERS = 20
PATIENCE_S = 120
ADMINS_REPORT = "admin:orders_invoicenumber_download_report"
REPORT = "/api/v1/invoice-pool/report"
SALE = {"lines": [{"sku": "TEA-80", "quantity": 1}], "currency": "GBP", "fulfilment": "immediate"}

_VOIDS = """
INSERT INTO orders_invoicenumber (store_id, number, state, fetched_at, voided_at, void_reason)
SELECT id, 'SLOW-' || lpad(n::text, 8, '0'), 'void', now(), now(), repeat('torn, ', 40)
FROM inventory_store CROSS JOIN generate_series(1, %s) AS n WHERE code = 'corner' ORDER BY n
"""


@pytest.fixture(scope="module")
def long_report(served: Served) -> Served:
    """More than any buffer between here and the server holds."""
    with psycopg.connect(served.database_url) as connection:
        connection.execute(_VOIDS, (NUMBERS,))
    return served


@contextmanager
def begun(served: Served, request: str, *headers: str, body: bytes = b"") -> Iterator[socket.socket]:
    """A request that is sent, by one who takes little at a time."""
    address = urlsplit(served.url)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(PATIENCE_S)
        client.connect((address.hostname, address.port))
        head = "\r\n".join([f"{request} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers])
        client.sendall(f"{head}\r\n\r\n".encode() + body)
        yield client


def key(served: Served, role: Role) -> str:
    return f"Authorization: Bearer {served.keys[role]}"


def status(client: socket.socket) -> int:
    """Of an answer whose first bytes have come; the rest is not read."""
    return int(client.recv(64).split()[1])


def rest(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.fixture(scope="module")
def operators_cookie(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> str:
    """Of one who has signed in."""
    with django_db_blocker.unblock(), connected_to(served.database_url):
        User.objects.create_superuser("night shift", password="the till is open")
    login = f"{served.url}/admin/login/"
    token = _cookie(urllib3.request("GET", login), "csrftoken")
    fields = {"username": "night shift", "password": "the till is open", "csrfmiddlewaretoken": token}
    signed_in = urllib3.request(
        "POST", login, fields=fields, headers={"Cookie": f"csrftoken={token}", "Referer": login}, redirect=False
    )
    return f"Cookie: sessionid={_cookie(signed_in, 'sessionid')}"


def _cookie(answer: urllib3.BaseHTTPResponse, name: str) -> str:
    cookies = SimpleCookie("; ".join(answer.headers.getlist("Set-Cookie")))
    return cookies[name].value


@pytest.mark.parametrize("by", ["till", "operator"])
def test_a_sale_is_answered_while_many_read_a_report_slowly(
    long_report: Served, by: str, operators_cookie: str
) -> None:
    till = (REPORT, key(long_report, Role.AUDITOR))
    path, who = till if by == "till" else (reverse(ADMINS_REPORT), operators_cookie)
    with ExitStack() as stack:
        readers = [stack.enter_context(begun(long_report, f"GET {path}", who)) for _ in range(READERS)]
        assert [status(reader) for reader in readers] == [200] * READERS
        assert long_report.call("POST", "/orders", SALE, role=Role.POS).status == 201
        lines = rest(readers[0])
        assert [f"SLOW-{n:08d}".encode() in lines for n in (1, NUMBERS // 2, NUMBERS)] == [True, True, True]


def test_only_so_many_read_at_once_and_who_leaves_makes_room(long_report: Served) -> None:
    auditor = key(long_report, Role.AUDITOR)

    def asked() -> int:
        with begun(long_report, f"GET {REPORT}", auditor) as client:
            return status(client)

    with ExitStack() as stack:
        for _ in range(READERS_MAX):
            status(stack.enter_context(begun(long_report, f"GET {REPORT}", auditor)))
        assert asked() == 429
    assert wait_until(lambda: asked() == 200, seconds=PATIENCE_S)
    for _ in range(READERS_MAX + 1):
        with begun(long_report, f"HEAD {REPORT}", auditor) as client:
            assert status(client) == 200


@pytest.mark.parametrize("path", ["/products/import", "/inventory/import", "/commands"])
def test_a_sale_is_answered_while_many_send_a_body_slowly(served: Served, path: str) -> None:
    half = (key(served, Role.BACKOFFICE), "Content-Type: application/json", "Idempotency-Key: s", "Content-Length: 400")
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(begun(served, f"POST /api/v1{path}", *half, body=b" " * 200))
        assert served.call("POST", "/orders", SALE, role=Role.POS).status == 201
