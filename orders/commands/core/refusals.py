"""When a command may not run: the one table of what an order's state forbids, whatever the command says.

The rules refuse by it, and what can be done with an order is told by it. The statuses themselves are the status
machine's (orders.commands.core.machine). The first row that applies is the answer. Those of goods are asked after what
the command names was looked at: a line that the order has not is told first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orders.commands.core.holds import lapses_at
from orders.commands.core.machine import Fulfilment, Kind, PaymentTerms, Status, may_lead_to
from orders.commands.core.order import Order
from orders.commands.core.outcomes import Code, Rejection

_OF_HOLDS = frozenset({Kind.RELEASE, Kind.EXTEND})
_OF_SHIPMENTS = frozenset({Kind.FULFILL, Kind.DELIVER})
_DONE = {
    Kind.PAY: "paid",
    Kind.RELEASE: "released",
    Kind.EXTEND: "held longer",
    Kind.FULFILL: "fulfilled",
    Kind.DELIVER: "delivered",
    Kind.CANCEL: "cancelled",
    Kind.RETURN: "returned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`kinds`: of the commands that it keeps from running. `stands`: whether it does now."""

    kinds: frozenset[Kind]
    code: Code
    stands: Callable[[Order, Kind], bool]
    detail: Callable[[Order, Kind], str]


def _bar(*kinds: Kind, code: Code, stands: Callable[[Order], bool], detail: str) -> Bar:
    return Bar(kinds=frozenset(kinds), code=code, stands=lambda order, _: stands(order), detail=lambda order, _: detail)


def _is_not_led_anywhere(order: Order, kind: Kind) -> bool:
    return not may_lead_to(kind=kind, fulfilment=order.fulfilment, status=order.status)


def _not_in_this_state(order: Order, kind: Kind) -> str:
    if kind in _OF_SHIPMENTS and order.fulfilment is Fulfilment.IMMEDIATE:
        return f"There is nothing to {kind}: the customer takes the goods along."
    if kind in _OF_HOLDS and order.status is Status.DRAFT:
        return f"A draft is not held, so there is nothing to {kind}."
    return f"The order is {_read(order.status)}, so it cannot be {_DONE.get(kind, 'given stock')}."


def _read(status: Status) -> str:
    return "a draft" if status is Status.DRAFT else status.replace("_", " ")


OF_STATE = (
    _bar(
        *Kind,
        code=Code.ORDER_CANCELLED,
        stands=lambda order: order.status is Status.CANCELLED,
        detail="The order is cancelled.",
    ),
    _bar(
        *(Kind.PAY, Kind.RESERVE, Kind.RELEASE, Kind.EXTEND),
        code=Code.ORDER_ALREADY_PAID,
        stands=lambda order: order.is_paid,
        detail="The order is already paid.",
    ),
    Bar(
        kinds=frozenset({Kind.RESERVE}),
        code=Code.ORDER_NOT_DRAFT,
        stands=lambda order, _: order.status is not Status.DRAFT,
        detail=lambda order, _: f"Only a draft can be reserved; this order is {_read(order.status)}.",
    ),
    Bar(
        kinds=frozenset(Kind),
        code=Code.TRANSITION_NOT_ALLOWED,
        stands=_is_not_led_anywhere,
        detail=_not_in_this_state,
    ),
    _bar(
        Kind.RELEASE,
        code=Code.TRANSITION_NOT_ALLOWED,
        stands=lambda order: order.deposits_minor > 0,
        detail="A deposit was paid: cancel the order to give it back.",
    ),
    _bar(
        Kind.CANCEL,
        code=Code.TRANSITION_NOT_ALLOWED,
        stands=lambda order: order.status is Status.PAID and any(line.returned for line in order.lines),
        detail="Goods of this order were returned; return the rest instead.",
    ),
    _bar(
        Kind.EXTEND,
        code=Code.TRANSITION_NOT_ALLOWED,
        stands=lambda order: order.hold_extended_at is not None,
        detail="The hold was extended before; it can be extended once.",
    ),
    _bar(
        Kind.ALLOCATE,
        code=Code.TRANSITION_NOT_ALLOWED,
        stands=lambda order: not any(line.backordered for line in order.lines),
        detail="The order waits for no stock.",
    ),
    _bar(
        *(Kind.PAY, Kind.RESERVE),
        code=Code.ORDER_EMPTY,
        stands=lambda order: not order.lines,
        detail="The order has no lines.",
    ),
    _bar(
        Kind.FULFILL,
        code=Code.ORDER_NOT_PAID,
        stands=lambda order: not order.is_paid and order.payment_terms is PaymentTerms.PREPAID,
        detail="The order has to be paid before it is shipped.",
    ),
    _bar(
        Kind.EXTEND,
        code=Code.HOLD_NOT_FOUND,
        stands=lambda order: lapses_at(order) is None,
        detail="The order has no hold that would lapse.",
    ),
)

OF_GOODS = (
    _bar(
        Kind.RETURN,
        code=Code.QUANTITY_EXCEEDS_REMAINING,
        stands=lambda order: not any(line.returnable for line in order.lines),
        detail="All that was handed over has come back.",
    ),
    _bar(
        Kind.FULFILL,
        code=Code.STOCK_INSUFFICIENT,
        stands=lambda order: not any(line.shippable for line in order.lines),
        detail="What remains of the order waits for stock.",
    ),
)


def refuse_by_state(order: Order, kind: Kind) -> Rejection | None:
    """The first reason why the order cannot take the command now, whatever the command says."""
    return _first(OF_STATE, order, kind)


def refuse_by_goods(order: Order, kind: Kind) -> Rejection | None:
    """The same of its goods, where the state allows the command and the order has what it names."""
    return _first(OF_GOODS, order, kind)


def _first(bars: Iterable[Bar], order: Order, kind: Kind) -> Rejection | None:
    standing = (bar for bar in bars if kind in bar.kinds and bar.stands(order, kind))
    bar = next(standing, None)
    return None if bar is None else Rejection(code=bar.code, detail=bar.detail(order, kind))
