"""The service worker: the till starts without a network, and a new release takes nothing away from a cashier."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.browser.shop import Counter
from tests.support.browser.till import Cashier
from till.view import FIRST, HEADERS, WORKER, File, files

READY = "navigator.serviceWorker.ready.then(() => new Promise((done) => navigator.serviceWorker.controller"
READY += " ? done(true) : navigator.serviceWorker.addEventListener('controllerchange', () => done(true))))"


def test_a_till_starts_without_a_network(counter: Counter, new_context: Callable[..., Any]) -> None:
    context = new_context(service_workers="allow")
    page = context.new_page()
    cashier = Cashier(page, counter, counter.terminal())
    cashier.enrol()
    assert page.evaluate(READY)
    cashier.add("MUG-RED")
    context.set_offline(True)
    page.reload()
    page.get_by_text("Offline: sales are kept").wait_for()
    page.get_by_role("button", name="Change Mug-Red").wait_for()
    cashier.pay_cash()
    page.get_by_text("Not sent yet").wait_for()
    context.set_offline(False)
    cashier.settled()
    assert len(counter.orders(cashier.terminal)) == 1


@dataclass
class Shipped:
    """A server of the till's files alone, which may become another release."""

    files: dict[str, File] = field(default_factory=lambda: dict(files()))
    address: str = ""

    def release(self, name: str) -> None:
        """The same with another title."""
        page, worker = self.files[FIRST], self.files[WORKER]
        changed = page.content.replace(b"<title>Till", f"<title>{name}".encode())
        self.files[FIRST] = File(changed.replace(b"The till is starting.", name.encode()), page.content_type, name)
        self.files[WORKER] = File(
            b'const RELEASE = "%s";\n' % name.encode() + worker.content.partition(b"\n")[2], worker.content_type, name
        )


@pytest.fixture
def shipped() -> Iterator[Shipped]:
    shipped = Shipped()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = shipped.files.get(self.path.removeprefix("/till/") or FIRST)
            self.send_response(200 if file else 404)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Type", file.content_type if file else "text/plain")
            self.end_headers()
            self.wfile.write(file.content if file else b"")

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shipped.address = f"http://127.0.0.1:{server.server_port}/till/"
        yield shipped
        server.shutdown()


def test_a_new_release_waits_until_the_cashier_agrees(shipped: Shipped, new_context: Callable[..., Any]) -> None:
    page = new_context(service_workers="allow").new_page()
    page.goto(shipped.address)
    assert page.evaluate(READY)
    shipped.release("second")
    page.reload()
    page.get_by_role("button", name="Begin anew with it").wait_for()
    assert page.evaluate("fetch('/till/').then((answer) => answer.text())").count("<title>Till") == 1
    page.get_by_role("button", name="Begin anew with it").click()
    page.wait_for_function("document.title === 'second'")
    kept = page.evaluate("caches.keys()")
    assert kept == ["till-second"]
