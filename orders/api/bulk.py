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
from orders.api.bodies import OrderIn
from orders.api.bulk_bodies import ITEMS_MAX, ITEMS_SCHEMA, ItemIn, parse_item
from orders.api.bulk_plan import Plan, Planned, Same
from orders.api.document import WAITS
from orders.api.drafts import id_reused
from orders.api.headers import preferred_wait_s
from orders.api.orders import no_order
from orders.api.references import named
from orders.api.shapes import CommandOut
from orders.api.submission import key_reused
from orders.api.waiting import wait_for
from orders.bell import Waiter, waiters
from orders.core.caller import Caller
from orders.core.roles import Action
from orders.db.accept import Submission, accept_many
from orders.db.reads_bulk import read_facts
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
    plan = _plan(caller, [parse_item(index, item) for index, item in enumerate(items)])
    told = {item.id for item in plan.items if isinstance(item, Submission | Known)}
    # Registered before a command can settle, so that no announcement is missed.
    with waiters().registered(told) if wait_s else nullcontext() as waiter:
        accepted = _store(plan)
        answers = _answers(plan.items, accepted, _lost(plan, accepted))
        return _answer(caller, answers, waiter, wait_s)


def _plan(caller: Caller, items: Sequence[ItemIn | Problem]) -> Plan:
    """Ask once for all that is named, then look at the items one by one."""
    skus: set[str] = set()
    keys: set[str] = set()
    order_ids: set[UUID] = set()
    for item in items:
        if isinstance(item, ItemIn):
            keys.add(item.key)
            skus.update(sku for _, sku in named(item.body).skus)
            order = item.for_order
            if isinstance(order, OrderIn):
                skus.update(line.sku for line in order.lines)
            if order_id := order.id if isinstance(order, OrderIn) else order:
                order_ids.add(order_id)
    plan = Plan(caller, read_facts(caller, skus=skus, keys=keys, order_ids=order_ids))
    for item in items:
        plan.add(item)
    return plan


def _store(plan: Plan) -> dict[UUID, datetime]:
    """Create the new orders and accept the commands, then ring once for all of them."""
    submissions = plan.submissions()
    if not submissions:
        return {}
    accepted = accept_many(plan.caller, submissions, orders=list(plan.new_orders.values()))
    if missing := [new for new in submissions if new.id not in accepted]:
        # Another request was creating the same order, and this one could not see it yet: now it can.
        accepted |= accept_many(plan.caller, missing)
    rung = [new for new in submissions if new.id in accepted]
    if rung:
        store_ids = [plan.caller.store_id] if any(new.order_id is None for new in rung) else []
        ring_bulk({new.order_id for new in rung if new.order_id}, store_ids, [new.id for new in rung])
    return accepted


def _lost(plan: Plan, accepted: Mapping[UUID, datetime]) -> Mapping[str, Known]:
    """Commands of other requests that took a key at the same time."""
    lost = [new.key for new in plan.submissions() if new.id not in accepted]
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
    item: Submission | Known | Problem, accepted: Mapping[UUID, datetime], lost: Mapping[str, Known]
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
    same = known.fingerprint == item.fingerprint
    return _verdict(known if same else key_reused(item, known), accepted, lost)


def _told(status: Verdict, command_id: UUID, order_id: UUID | None) -> dict[str, Any]:
    return {"status": status, "command_id": command_id, "order_id": order_id, "problem": None}


def _answer(caller: Caller, answers: list[dict[str, Any]], waiter: Waiter | None, wait_s: int) -> HttpResponse:
    if waiter is None:
        return answer({"items": answers}, status=202)
    ids = {item["command_id"] for item in answers if item["command_id"]}
    fresh = all(item["status"] == Verdict.ACCEPTED for item in answers)
    commands = wait_for(caller.store_id, ids, waiter, wait_s=wait_s, look_first=not fresh)
    for item in answers:
        item["command"] = commands.get(item["command_id"])
    settled = all(command["settled_at"] for command in commands.values())
    headers = {"Preference-Applied": f"wait={wait_s}"}
    return answer({"items": answers}, status=200 if settled else 202, headers=headers)
