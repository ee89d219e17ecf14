"""Many commands in one request: accepted together, each with its own verdict."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field
from pydantic_core import to_json

from base.http.answers import answer
from base.http.ndjson import NDJSON
from base.http.problems import Problem
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action
from orders.journal.api import commands as journal
from orders.journal.api.bulk.bodies import ITEMS_SCHEMA, NEW_ORDER, ItemIn, UnjudgedItem, parse_item
from orders.journal.api.bulk.dry_run import dry_run
from orders.journal.api.bulk.full import STORED_BYTES_MAX, how_many_fit
from orders.journal.api.bulk.items import read_items
from orders.journal.api.bulk.plan import Plan, Reused, tell_apart
from orders.journal.api.bulk.verdicts import Verdict, VerdictsOut, verdicts
from orders.journal.api.checks import named
from orders.journal.api.document import WAITS
from orders.journal.api.known_first import some_are_known
from orders.journal.api.submission import preferred_wait_s
from orders.journal.api.waiting import wait_for
from orders.journal.bell import Waiter, waiters
from orders.journal.db.accept import Submission, accept_many
from orders.journal.db.commands import Known, commands_in_turn, known_by_key, payloads
from orders.journal.db.named import read_facts
from orders.journal.ring import ring_bulk
from orders.sales.api.bodies import OrderIn
from orders.terminals.api.auth import TerminalKey, TerminalRequest
from orders.terminals.api.limits import count_items

# One path, one router: GET looks up what POST submitted.
router = journal.router


class BulkAskedIn(BaseModel):
    dry_run: Annotated[bool, Field(description="Tell what the commands would come to, without any effect.")] = False


EXAMPLE: dict[str, Any] = {
    "key": "till-3-000418",
    "sequence": 418,
    "kind": "pay",
    "order": NEW_ORDER,
    "body": {"tenders": [{"method": "cash", "amount_minor": 1000}]},
}
BULK: dict[str, Any] = {
    **WAITS,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {k: v for k, v in ITEMS_SCHEMA.items() if k != "$defs"},
                "example": [EXAMPLE],
            },
            NDJSON: {
                "schema": {"type": "string", "pattern": r"\S", "description": "One such item a line."},
                "example": to_json(EXAMPLE).decode(),
            },
        },
    },
}


@router.post(
    "",
    response={202: VerdictsOut, 200: VerdictsOut},
    auth=TerminalKey(Action.SELL, unless=some_are_known),
    openapi_extra=BULK,
)
def submit_commands(request: TerminalRequest, asked: Query[BulkAskedIn]) -> HttpResponse:
    """Up to 500 commands, each with a key of its own, and with its order where that is new.

    They are accepted in order, in a constant number of statements; one bad item never spoils the others. With
    `Prefer: wait=N` the answer comes once all of them are settled, and carries the commands. A dry run looks at one
    instant for about a second at most, else it answers 503 `dry_run_timeout`; it waits for no sale, and no sale for it.
    """
    caller, wait_s, items = request.auth, preferred_wait_s(request), read_items(request)
    count_items(caller.terminal_id, len(items))
    parsed = [parse_item(index, item) for index, item in enumerate(items)]
    if asked.dry_run:
        return answer({"items": dry_run(partial(_plan, caller, parsed))})
    plan = _plan(caller, parsed)
    told = {item.id for item in plan.items if isinstance(item, Submission | Known)}
    # Registered before a command can settle, so that no announcement is missed.
    with waiters().registered(told, owner=caller.terminal_id) if wait_s else nullcontext() as waiter:
        accepted = _store(plan)
        answers = verdicts(plan.items, accepted, _lost(plan, accepted))
        ids = list(dict.fromkeys(item["command_id"] for item in answers if item["command_id"]))
        if told.issuperset(ids) or waiter is None:
            return _answer(caller, answers, ids, waiter, wait_s)
    # Other requests took a key at the same time: it is their commands that are waited for.
    with waiters().registered(ids, owner=caller.terminal_id) as waiter:
        return _answer(caller, answers, ids, waiter, wait_s)


_payloads = partial(payloads, bytes_max=STORED_BYTES_MAX)


def _plan(caller: Caller, items: Sequence[ItemIn | UnjudgedItem | Problem]) -> Plan:
    """Ask once for all that is named, then look at the items one by one."""
    skus: set[str] = set()
    keys: set[str] = set()
    order_ids: set[UUID] = set()
    for item in items:
        if not isinstance(item, Problem):
            keys.add(item.key)
        if isinstance(item, ItemIn):
            skus.update(sku for _, sku in named(item.body).skus)
            order = item.for_order
            if isinstance(order, OrderIn):
                skus.update(line.sku for line in order.lines)
            if order_id := order.id if isinstance(order, OrderIn) else order:
                order_ids.add(order_id)
    plan = Plan(caller, read_facts(caller, skus=skus, keys=keys, order_ids=order_ids))
    for item in items:
        plan.add(item)
    plan.tell_reused(_payloads)
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


def _lost(plan: Plan, accepted: Mapping[UUID, datetime]) -> Mapping[str, Known | Problem]:
    """Commands of other requests that took a key at the same time; why it is refused, where it was for another one."""
    lost = {new.key: new for new in plan.submissions() if new.id not in accepted}
    if not lost:
        return {}
    known = known_by_key(plan.caller, lost)
    reused = [Reused(lost[key], one) for key, one in known.items() if one.fingerprint != lost[key].fingerprint]
    told = zip(reused, tell_apart(reused, {}, _payloads), strict=True)
    return {**known, **{one.submission.key: problem for one, problem in told}}


def _answer(
    caller: Caller, answers: list[dict[str, Any]], ids: Collection[UUID], waiter: Waiter | None, wait_s: int
) -> HttpResponse:
    if waiter is None:
        return answer({"items": answers}, status=202)
    fresh = all(item["status"] == Verdict.ACCEPTED for item in answers)
    read = partial(commands_in_turn, bytes_max=STORED_BYTES_MAX)
    commands = wait_for(caller.store_id, ids, waiter, wait_s=wait_s, look_first=not fresh, read=read)
    told = [item for item in answers if item["command_id"]]
    stored = {id_: command.pop("bytes") for id_, command in commands.items()}
    for item in told[: how_many_fit(stored[item["command_id"]] for item in told)]:
        item["command"] = commands[item["command_id"]]
    settled = all(command["settled_at"] for command in commands.values())
    headers = {"Preference-Applied": f"wait={wait_s}"}
    return answer({"items": answers}, status=200 if settled else 202, headers=headers)
