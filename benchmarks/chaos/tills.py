"""Tills that sell on while processes die: their client repeats what was not answered, under the same id and key."""

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from project.demo.submit import Seen, submit
from project.demo.terminals import Terminals, TillFailed
from ringup_client import Goods, Line, Order, Pay, Receive, Tender

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
        self._terminals = Terminals(run_info["base_url"], keys=run_info["terminals"])
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads = [threading.Thread(target=self._sell_on, name=f"till {number}") for number in range(count)]

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            parts.enter_context(self._terminals)
            stock = Receive([Goods(SKU, STOCK, "shop")], reason="for a long day")
            self.sold.accepted.append(submit(self._terminals["backoffice"], stock, key="stock").command_id)
            self._parts = parts.pop_all()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._parts:
            self._closing.set()
            if error:
                self._terminals.stop()
            for thread in self._threads:
                thread.join()

    def _sell_on(self) -> None:
        try:
            while not self._closing.is_set():
                began = time.monotonic()
                sale = Pay(Order([Line(SKU, 1)], "GBP"), [Tender("cash", PRICE_MINOR)])
                self._note(submit(self._terminals["pos"], sale, key=f"pay-{uuid4()}"), began=began)
        except TillFailed as failed:
            self.sold.failed.append(str(failed))

    def _note(self, seen: Seen, *, began: float) -> None:
        now = time.monotonic()
        with self._lock:
            self.sold.accepted.append(seen.command_id)
            if seen.state == "succeeded":
                self.sold.settled += 1
                self.sold.longest_s = max(self.sold.longest_s, now - self.sold.last_at)
                self.sold.last_at, self.sold.last_began_at = now, began
