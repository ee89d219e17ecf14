"""Submitting one command and waiting until it is settled."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project.demo.terminals import TillFailed
from ringup_client import Asked, RingupError, State, Till

CASH = "cash"
UNANSWERED = {State.UNSENT, State.UNKNOWN, State.PENDING, State.AWAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the till saw of its command, from sending it to its final answer."""

    command_id: str
    kind: str
    state: str
    code: str | None
    latency_ms: float
    cash_minor: int = 0  # what went into the drawer by it, or came out, as the till was told
    replay_held: bool | None = None  # None: it was not sent twice


def submit(till: Till, asked: Asked, *, key: str, twice: bool = False) -> Seen:
    """`key`: its idempotency key. `twice`: send it once more; the same command must answer, and say that it is."""
    began = time.perf_counter()
    try:
        command = till.submit(asked, key=key)
        latency_ms = 1000 * (time.perf_counter() - began)
        if command.id is None or command.state in UNANSWERED:
            raise TillFailed(f"{asked.kind} {key} is {command.state}: {command.detail}")
        replay_held = till.repeat(key) and till.command(key).id == command.id if twice else None
    except RingupError as error:
        raise TillFailed(f"{asked.kind} {key}: {error}") from error
    return Seen(
        command_id=command.id,
        kind=command.kind,
        state=command.state,
        code=command.outcome.code if command.outcome else None,
        latency_ms=latency_ms,
        cash_minor=cash_of(asked.body(), command.result or {}),
        replay_held=replay_held,
    )


def cash_of(body: Mapping[str, Any], result: Mapping[str, Any]) -> int:
    """Nothing where the command has no result."""
    taken, given = (
        sum(one["amount_minor"] for one in parts.get(name, ()) if one["method"] == CASH)
        for parts, name in ((body, "tenders"), (result, "refunds"))
    )
    return taken - result.get("change_minor", 0) - given if result else 0
