"""Settling: a command gets its one final outcome, in the transaction of its effect."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from orders.commands.core.changes import Applied
from orders.commands.core.outcomes import Code, CommandState
from orders.journal.core.batch import Decided

SETTLE = """
    UPDATE orders_command AS command SET
        state = given.state, outcome_code = given.code, outcome = given.outcome, result = given.result,
        settled_at = %(now)s
    FROM json_to_recordset(%(commands)s::json) AS given (id uuid, state text, code text, outcome jsonb, result jsonb)
    WHERE command.id = given.id AND command.state = 'pending'
"""
"""As many rows as commands were pending."""


def settled_rows(decided: Sequence[Decided], *, numbers: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """Each command's state, outcome and result."""
    return [_row(one, numbers) for one in decided]


def _row(one: Decided, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    outcome = one.outcome
    if not isinstance(outcome, Applied):
        return {
            "id": one.command.id,
            "state": CommandState.REJECTED,
            "code": outcome.code,
            "outcome": {"detail": outcome.detail, "lines": outcome.lines},
        }
    return {
        "id": one.command.id,
        "state": CommandState.SUCCEEDED,
        "code": Code.APPLIED,
        "outcome": {"detail": "", "lines": []},
        "result": _result(outcome, numbers.get(one.command.id)),
    }


def _result(outcome: Applied, number: str | None) -> dict[str, Any]:
    return result_of(outcome, number=number, is_pending=number is None)


def result_of(outcome: Applied, *, number: str | None, is_pending: bool) -> dict[str, Any]:
    """What the terminal of a command that succeeded is told, of a sale with its invoice number."""
    result = dict(outcome.result)
    if order := outcome.order:
        result |= {"order_status": order.status, "payment_status": order.payment_status}
    if outcome.takes_number:
        result |= {"invoice_number": number, "invoice_pending": is_pending}
    return result
