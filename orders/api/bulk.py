"""Many commands in one request: accepted together, each with its own verdict."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Body
from pydantic import BaseModel

from inventory.api.answers import answer
from inventory.api.problems import Problem, ProblemOut
from orders.api import journal
from orders.api.auth import TerminalKey, TerminalRequest
from orders.api.bulk_bodies import ITEMS_MAX, ITEMS_SCHEMA, ItemIn, parse_item
from orders.api.bulk_facts import read_facts
from orders.api.bulk_plan import Plan, Planned, Replay, Same
from orders.api.document import WAITS
from orders.api.drafts import id_reused
from orders.api.headers import preferred_wait_s
from orders.api.orders import no_order
from orders.api.shapes import CommandOut
from orders.api.submission import key_reused
from orders.api.waiting import wait_for
from orders.bell import Waiter, waiters
from orders.core.caller import Caller
from orders.core.roles import Action
from orders.db.accept import Submission, accept_many
from orders.db.reads_commands import Known, known_by_key
from orders.dispatch import ring_bulk

# One path, one router: GET looks up what POST submitted.
router = journal.router


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REPLAYED = "replayed"
    REFUSED = "refused"


class VerdictOut(BaseModel):
    """`problem`: why the item was refused. `command`: as it is now, where the request waits."""

    index: int
    status: Verdict
    command_id: UUID | None
    order_id: UUID | None
    problem: ProblemOut | None
    command: CommandOut | None


class VerdictsOut(BaseModel):
    items: list[VerdictOut]


BULK: dict[str, Any] = {
    **WAITS,
    "requestBody": {
        "content": {"application/json": {"schema": {k: v for k, v in ITEMS_SCHEMA.items() if k != "$defs"}}}
    },
}


@router.post("", response={202: VerdictsOut, 200: VerdictsOut}, auth=TerminalKey(Action.SELL), openapi_extra=BULK)
def submit_commands(request: TerminalRequest, items: Annotated[list[Any], Body()]) -> HttpResponse:
    """Up to 500 commands, each with a key of its own, and with its order where that is new.

    They are accepted in order, in a constant number of statements; one bad item never spoils the others. With
    `Prefer: wait=N` the answer comes once all of them are settled, and carries the commands.
    """
    if not 1 <= len(items) <= ITEMS_MAX:
        raise Problem(422, "validation_failed", f"Send 1 to {ITEMS_MAX} items, not {len(items)}.")
    caller, wait_s = request.auth, preferred_wait_s(request)
    parsed = [parse_item(index, item) for index, item in enumerate(items)]
    plan = Plan(caller, read_facts(caller, [item for item in parsed if isinstance(item, ItemIn)]))
    for item in parsed:
        plan.add(item)
    told = {*(new.id for new in plan.submissions()), *(old.known.command["id"] for old in plan.replays())}
    with waiters().registered(told) if wait_s else nullcontext() as waiter:
        accepted = _store(plan)
        answers = _answers(plan.items, accepted, _lost(plan, accepted))
        return _answer(caller, answers, waiter, wait_s)


def _store(plan: Plan) -> Mapping[UUID, datetime]:
    """Create the new orders and accept the commands, all in one transaction; then ring once."""
    submissions = plan.submissions()
    if not submissions:
        return {}
    accepted = accept_many(plan.caller, submissions, orders=list(plan.new_orders.values()))
    rung = [submission for submission in submissions if submission.id in accepted]
    if rung:
        order_ids = {new.order_id for new in rung if new.order_id}
        store_ids = [plan.caller.store_id] if any(new.order_id is None for new in rung) else []
        ring_bulk(order_ids, store_ids, [new.id for new in rung])
    return accepted


def _lost(plan: Plan, accepted: Mapping[UUID, datetime]) -> Mapping[str, Known]:
    """Commands of other requests that took a key at the same time."""
    lost = [submission.key for submission in plan.submissions() if submission.id not in accepted]
    return known_by_key(plan.caller, lost) if lost else {}


def _answers(
    planned: Sequence[Planned], accepted: Mapping[UUID, datetime], lost: Mapping[str, Known]
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for index, item in enumerate(planned):
        if isinstance(item, Same):
            first = answers[item.index]
            status = Verdict.REPLAYED if first["status"] == Verdict.ACCEPTED else first["status"]
            answers.append({**first, "index": index, "status": status})
        else:
            answers.append({"index": index, **_verdict(item, accepted, lost), "command": None})
    return answers


def _verdict(
    item: Submission | Replay | Problem, accepted: Mapping[UUID, datetime], lost: Mapping[str, Known]
) -> dict[str, Any]:
    match item:
        case Problem():
            return {"status": Verdict.REFUSED, "command_id": None, "order_id": None, "problem": item.body()}
        case Replay():
            return _told(Verdict.REPLAYED, item.known.command["id"], item.known.command["order_id"])
        case Submission() if item.id in accepted:
            return _told(Verdict.ACCEPTED, item.id, item.order_id)
    known = lost.get(item.key)
    if known is None:
        assert item.order_id is not None, "a stock command is stored unless its key is known"
        problem = id_reused(item.order_id) if item.order_fingerprint else no_order(item.order_id)
    elif known.fingerprint == item.fingerprint:
        return _told(Verdict.REPLAYED, known.command["id"], known.command["order_id"])
    else:
        problem = key_reused(item, known)
    return _verdict(problem, accepted, lost)


def _told(status: Verdict, command_id: UUID, order_id: UUID | None) -> dict[str, Any]:
    return {"status": status, "command_id": command_id, "order_id": order_id, "problem": None}


def _answer(caller: Caller, answers: list[dict[str, Any]], waiter: Waiter | None, wait_s: int) -> HttpResponse:
    ids = {item["command_id"] for item in answers if item["command_id"]}
    if waiter is None:
        return answer({"items": answers}, status=202)
    commands = wait_for(caller.store_id, ids, waiter, wait_s=wait_s, look_first=True)
    for item in answers:
        item["command"] = commands.get(item["command_id"])
    settled = all(command["settled_at"] for command in commands.values())
    headers = {"Preference-Applied": f"wait={wait_s}"}
    return answer({"items": answers}, status=200 if settled else 202, headers=headers)
