"""Tills that sell on while processes die: each repeats what was not answered, under the same id and key."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from project.demo.connection import Connection, TillFailed

SKU, PRICE_MINOR = "TEA-EARL-GREY", 449
STOCK = 1_000_000


@dataclass(slots=True)
class Sold:
    """`accepted`: the commands that were answered with 200 or 202. `last_at`: when a sale was last seen to be settled,
    by the monotonic clock, `last_began_at`: when that one began; `longest_s`: the longest time without one."""

    accepted: list[str] = field(default_factory=list)
    settled: int = 0
    last_at: float = field(default_factory=time.monotonic)
    last_began_at: float = 0.0
    longest_s: float = 0.0
    failed: list[str] = field(default_factory=list)


class Tills:
    """`with Tills(run_info, count=3) as tills: ...`; in the end they finish the sale they are at."""

    def __init__(self, run_info: dict[str, Any], *, count: int) -> None:
        self.sold = Sold()
        self._base_url: str = run_info["base_url"]
        self._keys: dict[str, str] = run_info["terminals"]
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._sell_on, name=f"till {number}") for number in range(count)]

    def __enter__(self) -> Self:
        self._receive()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if error:
            self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _receive(self) -> None:
        items = [{"sku": SKU, "quantity": STOCK, "location": "shop"}]
        with_key = {"Idempotency-Key": f"chaos-{uuid4()}", "Prefer": "wait=10"}
        connection = Connection(self._base_url, stopping=self._stopping)
        answer = connection.ask(
            "POST",
            "/inventory/receive",
            terminal_key=self._keys["backoffice"],
            deadline=connection.deadline(),
            body={"items": items, "reason": "for a long day"},
            headers=with_key,
        )
        self.sold.accepted.append(answer.body["id"])
        connection.close()

    def _sell_on(self) -> None:
        connection = Connection(self._base_url, stopping=self._stopping)
        try:
            while not self._closing.is_set():
                self._sell(connection)
        except TillFailed as failed:
            self.sold.failed.append(str(failed))
        finally:
            connection.close()

    def _sell(self, connection: Connection) -> None:
        order_id, began = str(uuid4()), time.monotonic()
        order = {"id": order_id, "currency": "GBP", "lines": [{"sku": SKU, "quantity": 1}], "fulfilment": "immediate"}
        pay = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}
        key, deadline = self._keys["pos"], connection.deadline()
        connection.ask("POST", "/orders", terminal_key=key, deadline=deadline, body=order)
        headers = {"Idempotency-Key": f"pay-{order_id}", "Prefer": "wait=10"}
        path = f"/orders/{order_id}/pay"
        answer = connection.ask("POST", path, terminal_key=key, deadline=deadline, body=pay, headers=headers)
        self._note(answer.body["id"], began=began, is_settled=answer.body["state"] == "succeeded")

    def _note(self, command_id: str, *, began: float, is_settled: bool) -> None:
        now = time.monotonic()
        with self._lock:
            self.sold.accepted.append(command_id)
            if is_settled:
                self.sold.settled += 1
                self.sold.longest_s = max(self.sold.longest_s, now - self.sold.last_at)
                self.sold.last_at, self.sold.last_began_at = now, began
