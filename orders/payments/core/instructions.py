"""Instructing: what a payment provider has still to do for what a batch decided. It is told after the commit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Rejection
from orders.commands.core.rule import Applied
from orders.commands.core.tenders import PaymentKind


class InstructionKind(StrEnum):
    """A sale captures what was authorized for it; where none came of it, that is voided. Refunds follow a capture."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class InstructionState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructed:
    command: Command
    authorization_id: UUID
    kind: InstructionKind
    amount_minor: int


def instructions(
    outcomes: Iterable[tuple[Command, Applied | Rejection]], authorizations: Mapping[UUID, Sequence[Authorization]]
) -> Iterator[Instructed]:
    """In the order in which they have to be carried out. `authorizations`: by the command that asked for them."""
    for command, outcome in outcomes:
        if isinstance(outcome, Applied):
            yield from _of_money(command, outcome)
        else:
            yield from _voids(command, authorizations.get(command.id, ()))


def _of_money(command: Command, applied: Applied) -> Iterator[Instructed]:
    for moved in applied.money_moved:
        if moved.authorization_id:
            kind = InstructionKind.CAPTURE if moved.kind is PaymentKind.TENDER else InstructionKind.REFUND
            yield Instructed(
                command=command,
                authorization_id=moved.authorization_id,
                kind=kind,
                amount_minor=moved.amount_minor,
            )


def _voids(command: Command, known: Sequence[Authorization]) -> Iterator[Instructed]:
    """Of one that is still asked for nothing is known to void: whoever gets the answer sees to it."""
    for one in known:
        if one.state is AuthorizationState.AUTHORIZED:
            yield Instructed(
                command=command, authorization_id=one.id, kind=InstructionKind.VOID, amount_minor=one.amount_minor
            )
