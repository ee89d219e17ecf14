"""The accounting simulator in a process of its own, and what it is asked."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from project.env import PROJECT_FOLDER

http = urllib3.PoolManager(retries=False, timeout=60, maxsize=8)


class Simulator:
    def __init__(self, storage: Path) -> None:
        self.storage = storage
        self.start()

    def start(self) -> None:
        module = [sys.executable, "-m", "project.simulator"]
        command = [*module, "--port", "0", "--storage", str(self.storage)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT_FOLDER)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def end(self, signum: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = http.request(method, self.url + path, body=None if body is None else json.dumps(body))
        return answer.status, answer.json()

    def connected(self) -> socket.socket:
        host, port = self.url.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=60)

    def drafts(self, *, key: str, count: int = 3, store: str = "main") -> Any:
        return self.ask("POST", "/drafts", {"store": store, "count": count, "idempotency_key": key})[1]["ids"]

    def fault(self, mode: str, **more: Any) -> None:
        assert self.ask("PUT", "/faults", {"mode": mode, **more})[0] == 200


@contextmanager
def simulating(storage: Path) -> Iterator[Simulator]:
    simulator = Simulator(storage)
    try:
        yield simulator
    finally:
        if simulator.process.poll() is None:
            simulator.end()


def draft(**changed: Any) -> dict[str, Any]:
    return {"store": "main", "count": 2, "idempotency_key": "k"} | changed


def entry(**changed: Any) -> dict[str, Any]:
    postings = [{"account": "cash", "amount_minor": 250}, {"account": "revenue", "amount_minor": -250}]
    return {
        "idempotency_key": "e",
        "store": "main",
        "invoice_number": "INV-1",
        "kind": "sale",
        "currency": "GBP",
        "occurred_at": "2026-11-21T09:00:00+00:00",
        "day": "2026-11-21",
        "postings": postings,
    } | changed
