"""One command's decision: the one place where a kind of command meets its verb."""

from typing import assert_never

from orders.core.cancel import cancel
from orders.core.changes import Applied
from orders.core.deliver import deliver
from orders.core.fulfill import fulfill
from orders.core.machine import Kind
from orders.core.order import Command, Order
from orders.core.outcomes import Rejection
from orders.core.pay import pay
from orders.core.release import release
from orders.core.reserve import reserve
from orders.core.stock_commands import adjust, receive, write_off
from orders.core.take_back import take_back
from orders.core.world import World


def decide(order: Order | None, command: Command, world: World) -> Applied | Rejection:
    """`order` is the command's order, None for a stock command. Nothing is changed: the answer says what would be."""
    if order is None:
        return _decide_stock(command, world)
    match command.kind:
        case Kind.PAY:
            return pay(order, command, world)
        case Kind.RESERVE:
            return reserve(order, command, world)
        case Kind.RELEASE:
            return release(order, command, world)
        case Kind.FULFILL:
            return fulfill(order, command, world)
        case Kind.DELIVER:
            return deliver(order, command, world)
        case Kind.CANCEL:
            return cancel(order, command, world)
        case Kind.RETURN:
            return take_back(order, command, world)
        case Kind.RECEIVE | Kind.ADJUST | Kind.WRITE_OFF:
            raise AssertionError(f"{command.kind} has no order")
        case _:
            assert_never(command.kind)


def _decide_stock(command: Command, world: World) -> Applied | Rejection:
    match command.kind:
        case Kind.RECEIVE:
            return receive(command, world)
        case Kind.ADJUST:
            return adjust(command, world)
        case Kind.WRITE_OFF:
            return write_off(command, world)
        case _:
            raise AssertionError(f"{command.kind} needs an order")
