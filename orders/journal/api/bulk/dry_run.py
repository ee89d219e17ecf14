"""A bulk request's dry run: its verdicts, and what its commands would come to."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from base.http.problems import Problem
from base.sql.glance import Glance, one_glance
from orders.commands.core.changes import Applied
from orders.commands.core.outcomes import Code, Rejection
from orders.journal.api.bulk.plan import Plan
from orders.journal.api.bulk.verdicts import Verdict, verdicts
from orders.journal.db.commands import Known, commands_by_id
from orders.journal.db.rehearse import rehearse


def dry_run(planned: Callable[[], Plan]) -> list[dict[str, Any]]:
    """The verdicts with outcomes; null where there is none yet. What would be new has no id.

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
    outcomes = rehearse(glance, plan.caller, submissions, orders=list(plan.new_orders.values()))
    known = commands_by_id(plan.caller.store_id, [item.id for item in plan.items if isinstance(item, Known)])
    for answer in answers:
        _foretell(answer, plan, outcomes, known)
    return answers


def _foretell(
    answer: dict[str, Any],
    plan: Plan,
    outcomes: Mapping[UUID, Applied | Rejection],
    known: Mapping[UUID, dict[str, Any]],
) -> None:
    if answer["status"] is Verdict.REFUSED:
        return
    if command := known.get(answer["command_id"]):
        answer["outcome"] = command["outcome"]
        return
    outcome = outcomes.get(answer["command_id"])
    answer["outcome"] = _outcome(outcome) if outcome else None
    answer["command_id"] = None
    if answer["order_id"] in plan.new_orders:
        answer["order_id"] = None


def _outcome(outcome: Applied | Rejection) -> dict[str, Any]:
    if isinstance(outcome, Applied):
        return {"code": Code.APPLIED, "detail": "", "lines": []}
    return {"code": outcome.code, "detail": outcome.detail, "lines": outcome.lines}
