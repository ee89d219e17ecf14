"""Authorizing: a payment provider is asked for each online tender before the sale, and the pay waits for the answers.

Nothing is changed meanwhile. A pay that would be refused anyway is refused at once, and nobody is asked; so is one with
an amount that a provider cannot be asked for at all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.currencies import said
from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.order import Command
from orders.commands.core.outcomes import Code, CommandState, Rejection
from orders.commands.core.payloads import Pay, Tender
from orders.commands.core.results import Declined
from orders.commands.core.rule import WhyNot
from orders.commands.core.tenders import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequested:
    """`token`: what the provider knows the customer's means of payment by."""

    id: UUID
    position: int
    provider: str
    token: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """What state a command has until the answers come. `blocked_by`: the pay that it stands behind."""

    command_id: UUID
    state: CommandState
    blocked_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """A pay that is not decided yet. `requested`: whom to ask; nobody new where it was asked before. `behind`: later
    commands of its order in the same batch."""

    command: Command
    requested: list[AuthorizationRequested]
    behind: list[Command]

    def states(self) -> Iterator[Undecided]:
        yield Undecided(self.command.id, CommandState.AWAITING, None)
        for command in self.behind:
            yield Undecided(command.id, CommandState.PENDING, self.command.id)


def to_await(
    command: Command, payload: Pay, known: Sequence[Authorization], *, new_id: Callable[[], UUID]
) -> Awaiting | None:
    """None where nothing has to be asked, or all of it is answered. `known`: the command's authorizations."""
    if not known:
        requested = [_requested(new_id(), *one) for one in _online(payload)]
        return Awaiting(command=command, requested=requested, behind=[]) if requested else None
    if any(one.state is AuthorizationState.REQUESTED for one in known):
        return Awaiting(command=command, requested=[], behind=[])
    return None


def refuse_declined(known: Sequence[Authorization], currency: str) -> Rejection | None:
    """The pay's refusal, if one of its online tenders was declined."""
    declined = [one for one in known if one.state is AuthorizationState.DECLINED]
    if not declined:
        return None
    return _declined([Declined(one.position, one.amount_minor, one.detail) for one in declined], currency)


def refuse_what_cannot_be_asked(payload: Pay, currency: str, why_not: WhyNot) -> Rejection | None:
    """The pay's refusal, if a provider cannot be asked for one of its amounts: no customer's money is set aside for
    nothing."""
    reasons = [
        Declined(position, tender.amount_minor, reason)
        for position, tender in _online(payload)
        if tender.provider and (reason := why_not(tender.provider, tender.amount_minor, currency))
    ]
    return _declined(reasons, currency) if reasons else None


def _declined(lines: Sequence[Declined], currency: str) -> Rejection:
    why = "; ".join(f"{said(one.amount_minor, currency)}: {one.reason.rstrip('.')}" for one in lines)
    return Rejection(code=Code.PAYMENT_DECLINED, detail=f"The payment was declined. {why}.", lines=lines)


def ids_of(tenders: Sequence[Tender], known: Sequence[Authorization]) -> list[UUID | None]:
    """Of each tender, the id of its authorization, if it has one."""
    ids = {one.position: one.id for one in known}
    return [ids.get(position) for position in range(len(tenders))]


def _online(payload: Pay) -> Iterator[tuple[int, Tender]]:
    for position, tender in enumerate(payload.tenders):
        if tender.method is Method.ONLINE:
            yield position, tender


def _requested(id_: UUID, position: int, tender: Tender) -> AuthorizationRequested:
    assert tender.provider
    assert tender.token
    return AuthorizationRequested(
        id=id_,
        position=position,
        provider=tender.provider,
        token=tender.token,
        amount_minor=tender.amount_minor,
    )
