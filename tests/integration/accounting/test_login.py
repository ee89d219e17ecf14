"""A login in ACCOUNTING_URL is sent, and stands in no error."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orders.accounting.http import HttpAccounting
from orders.accounting.port import AccountingFault

LOGIN = "sh@op:p:wü"


class Guarded(BaseHTTPRequestHandler):
    """It answers whoever knows the login."""

    def do_POST(self) -> None:
        asked = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic "))
        body = b'{"ids": ["INV-1"]}'
        self.send_response(200 if asked.decode() == LOGIN else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Silent."""


@pytest.fixture
def guarded() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Guarded) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_login_of_the_address_is_sent(guarded: int) -> None:
    accounting = HttpAccounting(f"http://sh%40op:p%3Aw%C3%BC@127.0.0.1:{guarded}")
    assert accounting.draft_ids(store_code="demo", count=1, idempotency_key="k") == ["INV-1"]


def test_a_wrong_login_is_a_fault_that_does_not_tell_it(guarded: int) -> None:
    with pytest.raises(AccountingFault) as refused:
        HttpAccounting(f"http://shop:hunter2@127.0.0.1:{guarded}").draft_ids(
            store_code="demo", count=1, idempotency_key="k"
        )
    assert str(refused.value) == "answered 401"
