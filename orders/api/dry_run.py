"""A bulk request's dry run: its verdicts, and what its commands would come to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from orders.api.bulk_plan import Plan
from orders.api.verdicts import Verdict, verdicts
from orders.core.changes import Applied
from orders.core.outcomes import Code, Rejection
from orders.db.reads_commands import Known, commands_by_id, known_by_key
from orders.db.rehearse import rehearse


def dry_run(plan: Plan) -> list[dict[str, Any]]:
    """The verdicts with outcomes; null where there is none yet. What would be new has no id."""
    submissions = plan.submissions()
    rehearsed = rehearse(plan.caller, submissions, orders=list(plan.new_orders.values()))
    missing = [new.key for new in submissions if new.id not in rehearsed.accepted]
    answers = verdicts(plan.items, rehearsed.accepted, known_by_key(plan.caller, missing) if missing else {})
    known = commands_by_id(plan.caller.store_id, [item.id for item in plan.items if isinstance(item, Known)])
    for answer in answers:
        _foretell(answer, plan, rehearsed.outcomes, known)
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
