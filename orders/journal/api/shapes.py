"""What commands look like from outside."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field

from base.http.shown import CommandId, MomentOut, OrderId, ReasonOut, SentKey
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code, CommandState, RepairAct


class OutcomeOut(BaseModel):
    """`code` is `applied` or why the command was rejected."""

    code: Annotated[Code, Field(examples=["applied"])]
    detail: Annotated[str, Field(examples=[""])]
    lines: Annotated[list[dict[str, Any]], Field(examples=[[]])]


Outcome: TypeAlias = Annotated[OutcomeOut | None, Field(examples=[{"code": "applied", "detail": "", "lines": []}])]
Result: TypeAlias = Annotated[
    dict[str, Any] | None,
    Field(examples=[{"order_status": "paid", "payment_status": "paid", "change_minor": 2}]),
]


class RepairOut(BaseModel):
    at: datetime
    act: Literal[RepairAct.RETRY, RepairAct.DISMISS]
    by: Annotated[str, Field(description="The terminal or user that did it.")]
    reason: ReasonOut | None


class CommandOut(BaseModel):
    """`outcome` is null until the command is settled, `result` unless it succeeded. `sequence`: see the gaps.
    `blocked_by`: the earlier command of its order that holds it up. `detail`: a sentence for the cashier while it is
    not settled. A dismissed command is settled too: an operator gave it up, for the reason in its outcome.
    `repairs`: what operators did about it, the oldest first; null where nothing was done. Reading a single command
    tells it to back office and auditors."""

    id: CommandId
    kind: Kind
    state: Annotated[CommandState, Field(examples=["succeeded"])]
    order_id: OrderId | None
    idempotency_key: SentKey
    sequence: int | None
    accepted_at: datetime
    settled_at: MomentOut | None
    attempts: int
    blocked_by: UUID | None
    detail: Annotated[str | None, Field(examples=["It will be carried out in a moment."])]
    outcome: Outcome
    result: Result
    repairs: list[RepairOut] | None
