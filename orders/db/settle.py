"""Settling: a command gets its one final outcome, in the transaction of its effect."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.db.sets import Cursor, columns_of, cursor, unnest
from orders.core.changes import Applied
from orders.core.fold import Decided
from orders.core.outcomes import Code, CommandState

_SETTLE = f"""
    UPDATE orders_command AS command SET
        state = given.state, outcome_code = given.code, outcome = given.outcome::jsonb, result = given.result::jsonb,
        settled_at = %s::timestamptz
    FROM {unnest(["uuid", "text", "text", "text", "text"])} AS given (id, state, code, outcome, result)
    WHERE command.id = given.id AND command.state = 'pending'
"""


def settle(decided: Sequence[Decided], *, numbers: Mapping[UUID, str], now: datetime) -> Cursor:
    """Write each command's state, outcome and result. The cursor's rowcount tells how many were pending."""
    rows = [_row(one, numbers) for one in decided]
    return cursor().execute(_SETTLE, (now, *columns_of(rows)), prepare=True)


def _row(one: Decided, numbers: Mapping[UUID, str]) -> tuple[Any, ...]:
    outcome = one.outcome
    if not isinstance(outcome, Applied):
        refusal = json.dumps({"detail": outcome.detail, "lines": outcome.lines})
        return (one.command.id, CommandState.REJECTED, outcome.code, refusal, None)
    result = dict(outcome.result)
    if order := outcome.order:
        result |= {"order_status": order.status, "payment_status": order.payment_status}
    if outcome.takes_number:
        number = numbers.get(one.command.id)
        result |= {"invoice_number": number, "invoice_pending": number is None}
    applied = json.dumps({"detail": "", "lines": []})
    return (one.command.id, CommandState.SUCCEEDED, Code.APPLIED, applied, json.dumps(result))
