"""One command's decision: the one place where a kind of command meets its verb.

A verb is given the order, what is asked and the world as they are, changes none of them, and answers with what would be
changed or with why it is refused.
"""

from typing import assert_never

from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import (
    Adjust,
    Allocate,
    Backorder,
    Cancel,
    CommitHold,
    Count,
    Deliver,
    Extend,
    Fulfill,
    Hold,
    Import,
    OfOrder,
    OfStock,
    Pay,
    Receive,
    Release,
    ReleaseHold,
    Reserve,
    Return,
    Transfer,
    WriteOff,
)
from orders.commands.core.rule import Applied, World
from orders.sales.core.allocate_backorder import allocate_backorder
from orders.sales.core.backorder import backorder
from orders.sales.core.cancel import cancel
from orders.sales.core.deliver import deliver
from orders.sales.core.extend import extend
from orders.sales.core.fulfill import fulfill
from orders.sales.core.pay import pay
from orders.sales.core.release import release
from orders.sales.core.reserve import reserve
from orders.sales.core.take_back import take_back
from orders.stock.core.adjust import adjust
from orders.stock.core.count import count
from orders.stock.core.import_stock import import_stock
from orders.stock.core.receive import receive
from orders.stock.core.reference_holds import commit_hold, hold, release_hold
from orders.stock.core.transfer import transfer
from orders.stock.core.write_off import write_off


def decide(order: Order | None, command: Command, world: World) -> Applied | Rejection:
    """`order` is the command's order, None for a stock command. Nothing is changed: the answer says what would be."""
    payload = command.payload
    if order is None:
        assert isinstance(payload, OfStock), payload
        return _decide_of_stock(command, payload, world)
    assert isinstance(payload, OfOrder), payload
    return _decide_of_order(order, command, payload, world)


def _decide_of_order(order: Order, command: Command, payload: OfOrder, world: World) -> Applied | Rejection:
    match payload:
        case Pay():
            return pay(order, command, payload, world)
        case Reserve():
            return reserve(order, payload, world)
        case Release():
            return release(order, command, payload, world)
        case Extend():
            return extend(order, payload, world)
        case Allocate():
            return allocate_backorder(order, world)
        case Backorder():
            return backorder(order, payload, world)
        case Fulfill():
            return fulfill(order, payload, world)
        case Deliver():
            return deliver(order)
        case Cancel():
            return cancel(order, command, payload, world)
        case Return():
            return take_back(order, command, payload, world)
    assert_never(payload)


def _decide_of_stock(command: Command, payload: OfStock, world: World) -> Applied | Rejection:
    match payload:
        case Receive():
            return receive(payload, world)
        case Adjust():
            return adjust(payload, world)
        case Count():
            return count(payload, world)
        case WriteOff():
            return write_off(payload, world)
        case Transfer():
            return transfer(payload, world)
        case Import():
            return import_stock(payload, world)
        case Hold():
            return hold(command, payload, world)
        case ReleaseHold():
            return release_hold(command, payload, world)
        case CommitHold():
            return commit_hold(command, payload, world)
    assert_never(payload)
