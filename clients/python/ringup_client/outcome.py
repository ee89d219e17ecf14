"""What became of a command, as far as its till knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from ringup_client.errors import Dismissed, Refused, Rejected, Unsettled
from ringup_client.wire import Json


class State(StrEnum):
    """`unsent`: it is in the file and has not left it. `unknown`: it left, and no answer came; whether it was stored is
    open until it is asked for or sent again. `refused`: not stored, for what is wrong with it. The others are the
    server's own."""

    UNSENT = "unsent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    PENDING = "pending"
    AWAITING = "awaiting"
    PARKED = "parked"
    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    DISMISSED = "dismissed"


UNANSWERED = frozenset({State.UNSENT, State.UNKNOWN})
"""To be sent, or sent again."""
FINAL = frozenset({State.REFUSED, State.SUCCEEDED, State.REJECTED, State.DISMISSED})
OPEN = frozenset(State) - FINAL
TAKEN = frozenset({State.PENDING, State.AWAITING, State.PARKED, State.SUCCEEDED})
"""What has an effect, or will: a restored server may have lost it."""

_WORDS = {
    State.UNSENT: "It is kept here and was not sent yet.",
    State.PENDING: "It was taken and will be carried out.",
    State.UNKNOWN: "It was sent, and no answer came: it may have been taken. Do not take the money twice.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`code`: `applied`, or why it was rejected; `detail`: that in words; `lines`: of which goods."""

    code: str
    detail: str
    lines: Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is wrong where in what was sent: `pointer` (RFC 6901) into the body, or the name of a `parameter`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something was refused (RFC 9457)."""

    status: int
    code: str
    detail: str
    errors: Sequence[Place] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`id`: the server's name for it, once it has answered. `sequence`: the till's own count. `detail`: words for the
    cashier. `replayed`: the server had it already when it was sent last."""

    key: str
    kind: str
    state: State
    sequence: int
    order_id: str | None
    sold_at: datetime
    id: str | None
    detail: str
    outcome: Outcome | None
    result: Mapping[str, Json] | None
    problem: Problem | None
    replayed: bool

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    def applied(self) -> Self:
        """Itself where it succeeded; else what stands in the way is raised."""
        match self.state:
            case State.SUCCEEDED:
                return self
            case State.REJECTED:
                raise Rejected(self)
            case State.REFUSED:
                assert self.problem
                raise Refused(self.problem, command=self)
            case State.DISMISSED:
                raise Dismissed(self)
        raise Unsettled(self)


def number_of(told: Mapping[str, Any]) -> str | None:
    """The number of its invoice or credit note, as it was answered last, and may have been printed."""
    result = told.get("result") or {}
    number = result.get("invoice_number") or result.get("credit_note_number") or told.get("printed")
    return str(number) if number else None


def words_of(state: State, told: Mapping[str, Any]) -> str:
    """For the cashier."""
    outcome = told.get("outcome") or {}
    return str(told.get("detail") or outcome.get("detail") or _WORDS.get(state, ""))


def problem_of(status: int, body: Mapping[str, Any]) -> Problem:
    errors = [error for error in body.get("errors") or () if isinstance(error, dict)]
    return Problem(
        status=status,
        code=str(body["code"]),
        detail=str(body["detail"]),
        errors=tuple(
            Place(
                detail=str(error.get("detail") or ""),
                pointer=error.get("pointer"),
                parameter=error.get("parameter"),
                code=error.get("code"),
            )
            for error in errors
        ),
    )


def outcome_of(told: Mapping[str, Any]) -> Outcome | None:
    outcome = told.get("outcome")
    if not outcome:
        return None
    return Outcome(code=outcome["code"], detail=outcome["detail"] or "", lines=tuple(outcome["lines"] or ()))
