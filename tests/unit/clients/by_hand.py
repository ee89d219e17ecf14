"""A till whose requests are answered by hand, and whose clock goes on only by pauses: nothing leaves this process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ringup_client.core import Core
from ringup_client.wire import Answer, Pause, Request, Steps, Trouble, Work

T = TypeVar("T")
KEY = "rk_till"
LOST = Trouble(words="the connection was lost", reached=True)
REFUSED = Trouble(words="connection refused", reached=False)


@dataclass
class ByHand:
    """`says`: what the requests are answered, one after the other; the last one again and again. `terminal`: who the
    till is, and the highest number that the server has of it; `asks_who`: what is answered instead."""

    file: Path
    says: list[Answer | Trouble] = field(default_factory=list)
    terminal: tuple[int, int | None] = (3, None)
    asks_who: Answer | None = None
    key: str | None = KEY
    asked: list[Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    _at: float = 0.0

    def __post_init__(self) -> None:
        self.core = Core(self.file, key=self.key, now=lambda: self._at, patience_s=10, timeout_s=10)

    def run(self, steps: Steps[T]) -> T:
        try:
            wanted = next(steps)
            while True:
                wanted = steps.send(self._do(wanted))
        except StopIteration as end:
            done: T = end.value
            return done

    @property
    def sent(self) -> list[list[Any]]:
        """The keys of the commands in each request that brought some."""
        return [[item["key"] for item in one.body] for one in self.asked if one.path == "/commands"]

    def _do(self, wanted: Request | Pause | Work) -> Any:
        match wanted:
            case Work(act):
                return act()
            case Pause(seconds):
                self.pauses.append(seconds)
                self._at += seconds
                return None
            case Request(path="/terminals/me"):
                return self.asks_who or ok({"id": self.terminal[0], "store": "north"})
            case Request(path="/terminals/me/gaps"):
                return ok({"items": [], "last_sequence": self.terminal[1]})
        self.asked.append(wanted)
        self.meanwhile()
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


def ok(body: Any, **headers: str) -> Answer:
    return Answer(status=200, headers=headers, body=body)


def command(state: str = "succeeded", code: str | None = "applied", **more: Any) -> dict[str, Any]:
    outcome = {"code": code, "detail": "", "lines": []} if code else None
    return {"id": "c7", "state": state, "outcome": outcome, "result": None, "detail": None, **more}


def pending() -> dict[str, Any]:
    return command("pending", None, detail="It will be carried out in a moment.")


def taken(*commands: dict[str, Any], status: str = "accepted") -> Answer:
    items = [{"status": status, "command_id": one["id"], "command": one, "problem": None} for one in commands]
    return ok({"items": items})


def problem(status: int, code: str, **headers: str) -> Answer:
    errors = [{"pointer": "#/0/order", "detail": "No."}]
    body = {"status": status, "code": code, "detail": f"It is {code}.", "errors": errors}
    return Answer(status=status, headers=headers, body=body)


def refused(code: str) -> dict[str, Any]:
    return {"status": "refused", "command_id": None, "command": None, "problem": problem(422, code).body}
