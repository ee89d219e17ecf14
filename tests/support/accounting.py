"""The accounting simulator in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from orders.accounting.http import HttpAccounting
from project.env import PROJECT_FOLDER


class Simulator:
    def __init__(self, storage: Path) -> None:
        command = [sys.executable, "-m", "project.embedded.accounting", "--port", "0", "--storage", str(storage)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT_FOLDER)
        assert self._process.stdout
        self.url = self._process.stdout.readline().split()[-1]
        self._http = urllib3.PoolManager(retries=False, timeout=10)

    def fault(self, mode: str, **more: Any) -> None:
        self._ask("PUT", "/faults", {"mode": mode, **more})

    def issued(self, key: str) -> list[str]:
        """All IDs that the books hold under an idempotency key."""
        answer = self._ask("GET", f"/drafts?idempotency_key={key}", None)
        ids: list[str] = answer.get("ids", [])
        return ids

    def _ask(self, method: str, path: str, body: Any) -> Any:
        return self._http.request(method, self.url + path, body=json.dumps(body)).json()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(5)
        assert self._process.stdout
        self._process.stdout.close()


@contextmanager
def simulated(storage: Path) -> Iterator[Simulator]:
    simulator = Simulator(storage)
    try:
        yield simulator
    finally:
        simulator.stop()


class Asked(HttpAccounting):
    """Remembers what it was asked for."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.keys: list[str] = []

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Any:
        self.keys.append(idempotency_key)
        return super().draft_ids(store_code=store_code, count=count, idempotency_key=idempotency_key)
