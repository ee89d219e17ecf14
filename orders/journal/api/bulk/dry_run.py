"""A bulk request's dry run: its verdicts, and what its commands would come to."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from base.http.problems import Problem
from base.sql.glance import Glance, one_glance
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied
from orders.journal.api.bulk.plan import Plan
from orders.journal.api.bulk.verdicts import Verdict, verdicts
from orders.journal.db.reads.commands import Known, commands_by_id
from orders.journal.db.rehearse import Foretold, rehearse
from orders.journal.db.told import details_of, result_of

_IDS = frozenset({"id", "order_id", "line_id", "payment_id"})


def dry_run(planned: Callable[[], Plan]) -> list[dict[str, Any]]:
    """The verdicts with outcomes and results; null where there is none yet. What would be new has no id or number.

    All of it of one instant: nobody takes a key or an id between the plan and its outcomes.
    """
    try:
        with one_glance() as glance:
            return _answers(glance, planned())
    except TimeoutError:
        detail = "The commands could not be looked at in time. Try again in a moment, or with fewer of them."
        raise Problem(503, "dry_run_timeout", detail, headers={"Retry-After": "1"}) from None


def _answers(glance: Glance, plan: Plan) -> list[dict[str, Any]]:
    submissions = plan.submissions()
    answers = verdicts(plan.items, {new.id for new in submissions}, {})
    foretold = rehearse(glance, plan.caller, submissions, orders=list(plan.new_orders.values()))
    new = {*map(str, (*plan.new_orders, *_made(foretold.values(), plan.new_orders)))}
    known = _known(plan)
    for answer in answers:
        if answer["status"] is not Verdict.REFUSED:
            answer |= known.get(answer["command_id"]) or _told(foretold.get(answer["command_id"]), new)
        if answer["order_id"] in plan.new_orders:
            answer["order_id"] = None
    return answers


def _known(plan: Plan) -> dict[UUID, dict[str, Any]]:
    commands = commands_by_id(plan.caller.store_id, [item.id for item in plan.items if isinstance(item, Known)])
    return {one: {"outcome": command["outcome"], "result": command["result"]} for one, command in commands.items()}


def _made(foretold: Collection[Foretold], orders: Collection[UUID]) -> Iterator[UUID]:
    """Payments and refunds, and the lines of new orders."""
    for applied in (one.outcome for one in foretold if isinstance(one.outcome, Applied)):
        yield from (moved.id for moved in applied.money_moved)
        if applied.order and applied.order.id in orders:
            yield from (line.id for line in applied.order.lines)


def _told(foretold: Foretold | None, new: Collection[str]) -> dict[str, Any]:
    match foretold:
        case Foretold(outcome=Applied() as applied, is_numbered=is_numbered):
            result = result_of(applied, number=None, is_pending=not is_numbered)
            return {"command_id": None, "outcome": _outcome(Code.APPLIED), "result": _without(new, result)}
        case Foretold(outcome=Rejection() as refused):
            return {"command_id": None, "outcome": _outcome(refused.code, refused.detail, details_of(refused.lines))}
    return {"command_id": None}


def _outcome(code: Code, detail: str = "", lines: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"code": code, "detail": detail, "lines": lines}


def _without(new: Collection[str], told: Any) -> Any:
    """Null for each id of what would be new: another run would give it another one."""
    match told:
        case dict():
            return {
                name: None if name in _IDS and value in new else _without(new, value) for name, value in told.items()
            }
        case list():
            return [_without(new, one) for one in told]
    return told
