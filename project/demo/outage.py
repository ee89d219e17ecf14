"""Accounting is down for the middle third of the day: the simulator is told to be, by the commands that are settled."""

import threading
import time
from collections.abc import Callable
from typing import Any

import urllib3

from project.demo.cashier import Done
from project.demo.terminals import TillFailed

POOL_SHARE = 6
"""The pool holds a sixth of the day's sales: less than the outage sells."""
POOL_LEAST = 2


def pool_settings(sales: int) -> dict[str, str]:
    """The environment of a stack whose pool runs empty during the outage."""
    target = max(sales // POOL_SHARE, POOL_LEAST)
    return {
        "INVOICE_POOL_LOW": str(target // 2),
        "INVOICE_POOL_TARGET": str(target),
        "INVOICE_POOL_TARGET_MAX": str(target),
    }


class Outage:
    """`commands`: how many the day has. Threads may share it."""

    def __init__(self, accounting_url: str, *, commands: int) -> None:
        self.simulator = Simulator(accounting_url)
        self.lasted_s = 0.0
        self._began_at: float | None = None
        self._begins_at, self._ends_at = commands // 3, 2 * commands // 3
        self._settled = 0
        self._lock = threading.Lock()

    def seen_by(self, on_settled: Callable[[Done], None]) -> Callable[[Done], None]:
        """What the tills call instead."""

        def settled(done: Done) -> None:
            on_settled(done)
            self._count()

        return settled

    def end(self) -> None:
        """However the day ended."""
        with self._lock:
            self._end()

    def _count(self) -> None:
        with self._lock:
            self._settled += 1
            if self._settled == self._begins_at:
                self.simulator.be("down")
                self._began_at = time.monotonic()
            elif self._settled == self._ends_at:
                self._end()

    def _end(self) -> None:
        if self._began_at is not None:
            self.simulator.be("none")
            self.lasted_s = time.monotonic() - self._began_at
            self._began_at = None


class Simulator:
    """The accounting system as the person at its controls sees it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(retries=False, timeout=10)

    def be(self, mode: str) -> None:
        self._ask("PUT", "/faults", json={"mode": mode})

    def booked(self) -> int:
        """How many entries are in its books."""
        count = after = 0
        while items := self._ask("GET", f"/entries?after={after}")["items"]:
            count, after = count + len(items), items[-1]["position"]
        return count

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        try:
            answer = self._http.request(method, self._url + path, **content)
        except urllib3.exceptions.HTTPError as error:
            raise TillFailed(f"the accounting simulator did not answer: {error}") from error
        if answer.status != 200:
            raise TillFailed(f"the accounting simulator answered {method} {path} with {answer.status}")
        return answer.json()
