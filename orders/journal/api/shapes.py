"""What commands look like from outside."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code, CommandState, RepairAct


class OutcomeOut(BaseModel):
    """`code` is `applied` or why the command was rejected."""

    code: Code
    detail: str
    lines: list[dict[str, Any]]


class RepairOut(BaseModel):
    at: datetime
    act: Literal[RepairAct.RETRY, RepairAct.DISMISS]
    by: Annotated[str, Field(description="The terminal or user that did it.")]
    reason: str | None


class CommandOut(BaseModel):
    """`outcome` is null until the command is settled, `result` unless it succeeded. `sequence`: see the gaps.
    `blocked_by`: the earlier command of its order that holds it up. `detail`: a sentence for the cashier while it is
    not settled. A dismissed command is settled too: an operator gave it up, for the reason in its outcome.
    `repairs`: what operators did about it, the oldest first; null where nothing was done. Reading a single command
    tells it to back office and auditors."""

    id: UUID
    kind: Kind
    state: CommandState
    order_id: UUID | None
    idempotency_key: str
    sequence: int | None
    accepted_at: datetime
    settled_at: datetime | None
    attempts: int
    blocked_by: UUID | None
    detail: Annotated[str | None, Field(examples=["It will be carried out in a moment."])]
    outcome: OutcomeOut | None
    result: dict[str, Any] | None
    repairs: list[RepairOut] | None
