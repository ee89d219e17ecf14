"""One request and what came back, as JSON lines: one as it is sent, one as it is answered or given up.

The file of a run that broke off is read as far as it goes: what has no second line has no answer.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self, TypeAlias

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """`who`: the terminal; `began`, `ended`: by one monotonic clock, in seconds. Without an answer `ended`, `status`
    and `answer` are None: whether it had an effect is open, for ever."""

    who: str
    role: str
    began: float
    ended: float | None
    method: str
    path: str
    query: Json
    body: Any
    status: int | None
    answer: Any

    @property
    def is_success(self) -> bool:
        return self.status in (200, 201, 202)


class History:
    """`with History(file) as history: ...`: threads may share it. Each line is in the file before the next is
    written."""

    def __init__(self, file: IO[str], *, now: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._now = now
        self._number = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.flush()

    def asked(self, *, who: str, role: str, method: str, path: str, query: Json, body: Any) -> int:
        """The number by which its answer is told."""
        with self._lock:
            self._number += 1
            asked = {"who": who, "role": role, "method": method, "path": path, "query": dict(query), "body": body}
            self._write({"asked": self._number, "at": self._now(), **asked})
            return self._number

    def answered(self, number: int, *, status: int, answer: Any) -> None:
        with self._lock:
            self._write({"answered": number, "at": self._now(), "status": status, "answer": answer})

    def lost(self, number: int, *, why: str) -> None:
        with self._lock:
            self._write({"lost": number, "at": self._now(), "why": why})

    def _write(self, line: Json) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")) + "\n")


def read_exchanges(lines: Iterable[str]) -> list[Exchange]:
    """In the order in which they began."""
    asked: dict[int, dict[str, Any]] = {}
    for text in lines:
        line = json.loads(text)
        if number := line.get("asked"):
            asked[number] = {**line, "began": line["at"], "ended": None, "status": None, "answer": None}
        elif number := line.get("answered"):
            asked[number] |= {"ended": line["at"], "status": line["status"], "answer": line["answer"]}
    names = Exchange.__slots__
    return [Exchange(**{name: one[name] for name in names}) for one in asked.values()]
