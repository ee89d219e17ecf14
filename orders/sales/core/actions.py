"""Which commands an order can take now from this caller, with a reason for each that it cannot."""

from dataclasses import dataclass
from uuid import UUID

from orders.commands.core.machine import MONEY_KINDS, ORDER_KINDS, SYSTEM_KINDS, Kind
from orders.commands.core.order import Order
from orders.commands.core.outcomes import CommandState
from orders.commands.core.refusals import refuse_by_goods, refuse_by_state
from orders.commands.core.roles import Action, Role, action_of, cancel_needs, least_role, may
from orders.drawers.core.refusals import NOT_OPEN

TERMINAL_KINDS = ORDER_KINDS - SYSTEM_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """`reason` is empty where the command is allowed."""

    kind: Kind
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """A command that is parked or awaits a payment provider: those that come later to its order wait for it."""

    id: UUID
    kind: Kind
    state: CommandState

    @property
    def told(self) -> str:
        asked = "a payment provider is being asked for"
        why = asked if self.state is CommandState.AWAITING else "an operator has to look at"
        return f"It would wait for an earlier {self.kind} of this order, which {why}."


def available_actions(order: Order, *, role: Role, own: bool, drawerless: bool = False) -> list[Available]:
    """`own`: the caller created the order. `drawerless`: its drawer has to be open, and is not. A command that is
    allowed may still be refused for its content or stock."""
    return [_available(order, kind, role, own, drawerless) for kind in Kind if kind in TERMINAL_KINDS]


def _available(order: Order, kind: Kind, role: Role, own: bool, drawerless: bool) -> Available:
    if refusal := refuse_by_state(order, kind) or refuse_by_goods(order, kind):
        return Available(kind=kind, allowed=False, reason=refusal.detail)
    needed = _needed(order, kind, own)
    if not may(role, needed):
        return Available(kind=kind, allowed=False, reason=f"Needs the role {least_role(needed)}.")
    if drawerless and kind in MONEY_KINDS:
        return Available(kind=kind, allowed=False, reason=NOT_OPEN.detail)
    return Available(kind=kind, allowed=True, reason="")


def _needed(order: Order, kind: Kind, own: bool) -> Action:
    if kind is Kind.CANCEL:
        return cancel_needs(status=order.status, payment_status=order.payment_status, own=own)
    return action_of(kind)
