"""What a bulk request is told of each of its items."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from base.http.problems import Problem, ProblemOut
from base.http.shown import CommandId, OrderId
from orders.journal.api.bulk.plan import Planned, Same
from orders.journal.api.shapes import CommandOut, Outcome, Result
from orders.journal.db.accept import Submission
from orders.journal.db.reads.commands import Known
from orders.sales.api.drafts import id_reused
from orders.sales.api.orders import no_order


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REPLAYED = "replayed"
    REFUSED = "refused"


class VerdictOut(BaseModel):
    """`problem`: why the item was refused. `command`: as it is now, where the request waits, and null where those
    before it fill the answer: it is read by its id. `outcome` and `result`: what the command would come to, where this
    is a dry run; then nothing new has an id or a number."""

    index: int
    status: Verdict
    command_id: CommandId | None
    order_id: OrderId | None
    problem: ProblemOut | None
    command: CommandOut | None
    outcome: Outcome
    result: Result


_NOTHING_YET: dict[str, None] = {"command": None, "outcome": None, "result": None}

ERRORS_MAX = 1_000


class VerdictsOut(BaseModel):
    """The problems of all items together name 1,000 errors at most, and each of them one at least."""

    items: list[VerdictOut]


def verdicts(
    planned: Sequence[Planned], accepted: Collection[UUID], lost: Mapping[str, Known | Problem]
) -> list[dict[str, Any]]:
    """`accepted`: the ids of what was stored. `lost`: commands of other requests that took a key at the same time,
    or why such a key is refused."""
    answers: list[dict[str, Any]] = []
    for index, item in enumerate(planned):
        if isinstance(item, Same):
            first = answers[item.index]
            status = Verdict.REPLAYED if first["status"] == Verdict.ACCEPTED else first["status"]
            answers.append({**first, "index": index, "status": status})
        else:
            answers.append({"index": index, **_verdict(item, accepted, lost), **_NOTHING_YET})
    _shorten([answer["problem"] for answer in answers if answer["problem"]])
    return answers


def _shorten(problems: Sequence[dict[str, Any]]) -> None:
    left = ERRORS_MAX
    for problem in problems:
        problem["errors"] = problem["errors"][: max(1, left)]
        left -= len(problem["errors"])


def _verdict(
    item: Submission | Known | Problem, accepted: Collection[UUID], lost: Mapping[str, Known | Problem]
) -> dict[str, Any]:
    match item:
        case Problem():
            return {"status": Verdict.REFUSED, "command_id": None, "order_id": None, "problem": item.body()}
        case Known():
            return _told(Verdict.REPLAYED, item.id, item.order_id)
        case Submission() if item.id in accepted:
            return _told(Verdict.ACCEPTED, item.id, item.order_id)
    known = lost.get(item.key)
    if known is None:
        assert item.order_id is not None, "a stock command is stored unless its key is known"
        problem = id_reused(item.order_id) if item.order_fingerprint else no_order(item.order_id)
        return _verdict(problem, accepted, lost)
    return _verdict(known, accepted, lost)


def _told(status: Verdict, command_id: UUID, order_id: UUID | None) -> dict[str, Any]:
    return {"status": status, "command_id": command_id, "order_id": order_id, "problem": None}
