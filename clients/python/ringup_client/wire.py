"""What goes out and what comes back, and the steps between: whoever thinks here does no input or output of his own.

The rules are generators. Each yields what is to be done (a request, a pause, some work on the file) and is sent what
came of it; `till.py` does it one way, `async_till.py` another, and neither knows a rule.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Json]
"""What is read of JSON, and that with names. What goes out is a `Mapping`, which an `Object` is, too."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`body`: as JSON; None: none. `timeout_s`: how long its answer may take in all."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`headers`: by their names in small letters. `body`: JSON as it was read, else text."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_problem(self) -> bool:
        """Whether Ringup itself refuses; a proxy or a hotel's portal on the way would not say it so."""
        return (
            400 <= self.status < 500
            and isinstance(self.body, dict)
            and isinstance(self.body.get("code"), str)
            and isinstance(self.body.get("detail"), str)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """There was no answer. `reached`: the request may have arrived all the same."""

    words: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Something with the file, which may take as long as a disk takes."""

    act: Callable[[], Any]


Steps: TypeAlias = Generator[Request | Pause | Work, Any, T]


def send(request: Request) -> Steps[Answer | Trouble]:
    came: Answer | Trouble = yield request
    return came


def work(act: Callable[[], T]) -> Steps[T]:
    done: T = yield Work(act)
    return done
