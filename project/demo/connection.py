"""A till's HTTP: one keep-alive connection, taken up again as often as it breaks until the patience ends."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

API = "/api/v1"
WAIT_S = 10  # the longest that the server may keep a request waiting
READ_TIMEOUT_S = WAIT_S + 10
PAUSE_FIRST_S = 0.05
PAUSE_MAX_S = 1.0


class TillFailed(RuntimeError):
    """A till that cannot go on; its text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


class Connection:
    """Not to be shared between threads. Requests are repeated unchanged, so each must carry its own id or key."""

    def __init__(self, base_url: str, *, stopping: threading.Event, patience_s: float = 120.0) -> None:
        timeout = urllib3.Timeout(connect=5, read=READ_TIMEOUT_S)
        self._pool = urllib3.connection_from_url(base_url, maxsize=1, retries=False, timeout=timeout)
        self._stopping = stopping
        self._patience_s = patience_s

    def deadline(self) -> float:
        """When the patience with what begins now will end."""
        return time.monotonic() + self._patience_s

    def close(self) -> None:
        self._pool.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        terminal_key: str,
        deadline: float,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The first answer that is one: a broken connection, a 429 and a 5xx are tried again until `deadline`."""
        sent = {"Authorization": f"Bearer {terminal_key}", "Content-Type": "application/json", **(headers or {})}
        content = None if body is None else json.dumps(body)
        pause_s = PAUSE_FIRST_S
        while True:
            trouble = "the till was stopped"
            if not self._stopping.is_set():
                try:
                    raw = self._pool.request(method, API + path, body=content, headers=sent)
                    if raw.status < 500 and raw.status != 429:
                        return accept(method, path, Answer(status=raw.status, headers=raw.headers, body=raw.json()))
                    trouble = f"was answered {raw.status}"
                except (HTTPError, ValueError) as error:  # ValueError: what came was not JSON
                    trouble = str(error) or type(error).__name__
            self.pause(pause_s, deadline=deadline, what=f"{method} {path}: {trouble}")
            pause_s = min(2 * pause_s, PAUSE_MAX_S)

    def pause(self, seconds: float, *, deadline: float, what: str) -> None:
        """Wait before another try, or end the till if it was stopped or its patience has ended."""
        if self._stopping.wait(seconds) or time.monotonic() > deadline:
            raise TillFailed(what)


def accept(method: str, path: str, answer: Answer) -> Answer:
    if answer.status >= 400:
        code, detail = answer.body.get("code"), answer.body.get("detail")
        raise TillFailed(f"{method} {path} was answered {answer.status} {code}: {detail}")
    return answer
