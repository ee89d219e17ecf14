"""The shop's terminals: a till each, by `ringup_client`, which the demo's cashiers share."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import httpx

from ringup_client import Till

PATIENCE_S = 120.0


class TillFailed(RuntimeError):
    """A till that cannot go on; its text is one line."""


class Terminals:
    """`with Terminals(base_url, keys={"pos": "..."}) as terminals: terminals["pos"].get("/drawer")`

    `keys`: role -> key. Threads may share them. Their files go with them."""

    def __init__(self, base_url: str, *, keys: Mapping[str, str], patience_s: float = PATIENCE_S) -> None:
        self._base_url = base_url
        self._keys = keys
        self._patience_s = patience_s
        self._stopping = threading.Event()
        self._parts = ExitStack()
        self._tills: dict[str, Till] = {}

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            folder = Path(parts.enter_context(TemporaryDirectory(prefix="ringup-tills-")))
            self._tills = {role: parts.enter_context(self._till(role, folder)) for role in self._keys}
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def __getitem__(self, role: str) -> Till:
        return self._tills[role]

    def stop(self) -> None:
        """Whoever would ask something from now on fails, also who has begun to."""
        self._stopping.set()

    def _till(self, role: str, folder: Path) -> Till:
        # The stack is on this machine, whatever proxy leads to others.
        client = httpx.Client(trust_env=False, event_hooks={"request": [self._must_go_on]})
        file = folder / f"{role}.sqlite3"
        return Till(self._base_url, file=file, key=self._keys[role], patience_s=self._patience_s, client=client)

    def _must_go_on(self, _: httpx.Request) -> None:
        if self._stopping.is_set():
            raise TillFailed("the till was stopped")
