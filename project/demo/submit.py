"""Submitting one command and waiting until it is settled."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project.demo.connection import WAIT_S, Connection

CASH = "cash"
POLL_PAUSE_S = 0.1  # where the server does not keep the till waiting
PREFER = {"Prefer": f"wait={WAIT_S}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    path: str
    terminal_key: str
    key: str
    body: Mapping[str, Any]


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


def submit(connection: Connection, submission: Submission, *, twice: bool = False) -> Seen:
    began, deadline = time.perf_counter(), connection.deadline()
    command = send(connection, submission, deadline)[0]
    while command["state"] in ("pending", "awaiting"):
        where = f"/commands/{command['id']}"
        connection.pause(POLL_PAUSE_S, deadline=deadline, what=f"{where} is still pending")
        key = submission.terminal_key
        command = connection.ask("GET", where, terminal_key=key, headers=PREFER, deadline=deadline).body
    seen_at = time.perf_counter()
    return Seen(
        command_id=command["id"],
        kind=command["kind"],
        state=command["state"],
        code=command["outcome"]["code"],
        latency_ms=1000 * (seen_at - began),
        cash_minor=cash_of(submission.body, command["result"] or {}),
        replay_held=is_replayed(connection, submission, command["id"]) if twice else None,
    )


def cash_of(body: Mapping[str, Any], result: Mapping[str, Any]) -> int:
    """Nothing where the command has no result."""
    taken, given = (
        sum(one["amount_minor"] for one in parts.get(name, ()) if one["method"] == CASH)
        for parts, name in ((body, "tenders"), (result, "refunds"))
    )
    return taken - result.get("change_minor", 0) - given if result else 0


def send(connection: Connection, submission: Submission, deadline: float) -> tuple[dict[str, Any], bool]:
    """The command as it stands, and whether the server had it already."""
    answer = connection.ask(
        "POST",
        submission.path,
        terminal_key=submission.terminal_key,
        deadline=deadline,
        body=submission.body,
        headers={"Idempotency-Key": submission.key, **PREFER},
    )
    return answer.body, answer.headers.get("Idempotency-Replayed") == "true"


def is_replayed(connection: Connection, submission: Submission, command_id: str) -> bool:
    """Send it once more: the same command must answer, and say that it is the same."""
    command, replayed = send(connection, submission, connection.deadline())
    return replayed and command["id"] == command_id
