"""Many commands in one request: accepted together, each with its own verdict."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query
from pydantic import BaseModel, Field
from pydantic_core import to_json

from base.http.body import answer
from base.http.ndjson import NDJSON
from base.http.problems import Problem
from orders.commands.core.roles import Action
from orders.drawers.api.bodies import OfDrawerIn
from orders.drawers.db.reads import NO_DRAWERS, drawer_facts
from orders.journal.api import commands as journal
from orders.journal.api.bulk.bodies import NEW_ORDER, ItemIn, UnjudgedItem, parse_item
from orders.journal.api.bulk.dry_run import dry_run
from orders.journal.api.bulk.full import STORED_BYTES_MAX, how_many_fit
from orders.journal.api.bulk.items import read_items
from orders.journal.api.bulk.plan import Plan, Reused, tell_apart
from orders.journal.api.bulk.verdicts import VerdictsOut, verdicts
from orders.journal.api.checks import check_room, named
from orders.journal.api.document import WAITS
from orders.journal.api.known_first import some_are_known
from orders.journal.api.submit import preferred_wait_s
from orders.journal.db.reads.commands import Known, commands_in_turn, payloads
from orders.journal.db.reads.named import Facts, read_facts
from orders.journal.submit import submit
from orders.journal.wait import Commands
from orders.sales.api.bodies import OrderIn
from orders.terminals.api.auth import TerminalKey, TerminalRequest, key_of
from orders.terminals.api.limits import count_items
from orders.terminals.db.reads import key_hash

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
            "application/json": {"example": [EXAMPLE]},  # its schema is long: project.api.document
            NDJSON: {
                "schema": {"type": "string", "pattern": r"\S", "description": "One such item a line."},
                "example": to_json(EXAMPLE).decode(),
            },
        },
    },
}


_SELLS = TerminalKey(Action.SELL, unless=some_are_known, asks_later=True)


@router.post(
    "",
    response={202: VerdictsOut, 200: VerdictsOut},
    auth=_SELLS,
    openapi_extra=BULK,
)
def submit_commands(request: TerminalRequest, asked: Query[BulkAskedIn]) -> HttpResponse:
    """Up to 500 commands, each with a key of its own, and with its order where that is new.

    They are accepted in order, in a constant number of statements; one bad item never spoils the others. With
    `Prefer: wait=N` the answer comes once all of them are settled, and carries the commands. A dry run looks at one
    instant for about a second at most, else it answers 503 `dry_run_timeout`; it waits for no sale, and no sale for it.
    """
    wait_s, parsed = preferred_wait_s(request), _parsed(request)
    if asked.dry_run:
        request.auth = _SELLS.ask(request)
        return answer({"items": dry_run(partial(_plan, request, parsed))})
    plan = _plan(request, parsed)
    read = partial(commands_in_turn, bytes_max=STORED_BYTES_MAX)
    asked_for = plan.asked()
    check_room(plan.caller.store_id, asked_for.new)
    submitted = submit(plan.caller, asked_for, wait_s=wait_s, read=read)
    answers = verdicts(plan.items, submitted.accepted, _lost(plan, submitted.lost))
    if submitted.commands is None:
        return answer({"items": answers}, status=202)
    return _answer_settled(answers, submitted.commands, wait_s)


_payloads = partial(payloads, bytes_max=STORED_BYTES_MAX)


Parsed = ItemIn | UnjudgedItem | Problem


def _parsed(request: TerminalRequest) -> list[Parsed]:
    try:
        items = read_items(request)
        count_items(request.auth.terminal_id, len(items))
    except Problem:
        _SELLS.ask(request)  # whose key was revoked is told that, and nothing else
        raise
    return [parse_item(index, item) for index, item in enumerate(items)]


def _plan(request: TerminalRequest, items: Sequence[Parsed]) -> Plan:
    """Ask once for all that is named, then look at the items one by one."""
    facts = _facts(request, items)
    if not facts.caller_is_so:
        request.auth = _SELLS.ask(request)
        facts = _facts(request, items)
    caller = request.auth
    of_drawers = [one.body.terminal for one in items if isinstance(one, ItemIn) and isinstance(one.body, OfDrawerIn)]
    plan = Plan(caller, facts, drawer_facts(caller.store_id, of_drawers) if of_drawers else NO_DRAWERS)
    for item in items:
        plan.add(item)
    plan.tell_reused(_payloads)
    return plan


def _facts(request: TerminalRequest, items: Sequence[Parsed]) -> Facts:
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
    return read_facts(request.auth, key_hash(key_of(request)), skus=skus, keys=keys, order_ids=order_ids)


def _lost(plan: Plan, lost: Mapping[str, Known]) -> Mapping[str, Known | Problem]:
    """Commands of other requests that took a key at the same time; why it is refused, where it was for another one."""
    of_key = {new.key: new for new in plan.submissions()}
    reused = [Reused(of_key[key], one) for key, one in lost.items() if one.fingerprint != of_key[key].fingerprint]
    told = zip(reused, tell_apart(reused, {}, _payloads), strict=True)
    return {**lost, **{one.submission.key: problem for one, problem in told}}


def _answer_settled(answers: list[dict[str, Any]], commands: Commands, wait_s: int) -> HttpResponse:
    """With the commands, as many as one answer has room for."""
    told = [item for item in answers if item["command_id"]]
    stored = {id_: command.pop("bytes", 0) for id_, command in commands.items()}
    for item in told[: how_many_fit(stored[item["command_id"]] for item in told)]:
        item["command"] = commands[item["command_id"]]
    settled = all(command["settled_at"] for command in commands.values())
    headers = {"Preference-Applied": f"wait={wait_s}"}
    return answer({"items": answers}, status=200 if settled else 202, headers=headers)
