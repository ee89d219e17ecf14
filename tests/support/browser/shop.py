"""A shop behind a real web server and worker, and tills of it in a real browser."""

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orders.commands.core.roles import Role
from tests.support.processes.served import Reply, Served

WITHIN_S = 60
_names = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Terminal:
    id: int
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Counter:
    """`address`: of the till's page."""

    served: Served

    @property
    def address(self) -> str:
        return f"{self.served.url}/till/"

    def back(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """As the back office."""
        reply = self.served.call(method, path, body, role=Role.BACKOFFICE, **headers)
        assert reply.status < 400, reply
        return reply

    def terminal(self, role: Role = Role.POS) -> Terminal:
        told = self.back("POST", "/terminals", {"name": f"Till {next(_names)}", "role": role}).body
        return Terminal(told["terminal"]["id"], told["terminal"]["name"], told["code"])

    def code_for(self, terminal: Terminal) -> str:
        code: str = self.back("POST", f"/terminals/{terminal.id}/enrol-code").body["code"]
        return code

    def goods(self, sku: str, price_minor: int, *, on_hand: int = 1000, **more: Any) -> None:
        """A product of the test's own, and how much of it lies there."""
        product = {"name": sku.title(), "price_minor": price_minor, "currency": "GBP", **more}
        self.back("PUT", f"/products/{sku}", product)
        self.count(sku, on_hand)

    def count(self, sku: str, on_hand: int) -> None:
        items = [{"sku": sku, "quantity": on_hand}]
        self.back("POST", "/inventory/count", {"items": items}, Idempotency_Key=f"count-{sku}", Prefer="wait=10")

    def orders(self, terminal: Terminal) -> list[dict[str, Any]]:
        """What the terminal sold, the newest first."""
        found: list[dict[str, Any]] = self.back("GET", f"/orders?terminal={terminal.id}").body["items"]
        return found


def wait_for(what: Callable[[], Any], *, within_s: float = WITHIN_S) -> Any:
    """What it comes to once it is something. Until it asks a page, no route of this process is answered."""
    deadline = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return found


def kept(page: Any) -> list[dict[str, Any]]:
    """The commands in the browser's own store, in their order."""
    rows: list[dict[str, Any]] = json.loads(
        page.evaluate("import('/till/lib/store.js').then((store) => store.all('commands')).then(JSON.stringify)")
    )
    return rows
