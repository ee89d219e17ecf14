"""One command's decision: the one place where a kind of command meets its verb.

A verb is given the order, the command and the world as they are, changes none of them, and answers with what would be
changed or with why it is refused. A kind that stands in neither table cannot be decided: its command is parked.
"""

from orders.commands.core.changes import Applied
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.world import World
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

_ORDER_VERBS = {
    Kind.PAY: pay,
    Kind.RESERVE: reserve,
    Kind.RELEASE: release,
    Kind.EXTEND: extend,
    Kind.ALLOCATE: allocate_backorder,
    Kind.BACKORDER: backorder,
    Kind.FULFILL: fulfill,
    Kind.DELIVER: deliver,
    Kind.CANCEL: cancel,
    Kind.RETURN: take_back,
}

_STOCK_VERBS = {
    Kind.RECEIVE: receive,
    Kind.ADJUST: adjust,
    Kind.COUNT: count,
    Kind.WRITE_OFF: write_off,
    Kind.TRANSFER: transfer,
    Kind.IMPORT: import_stock,
    Kind.HOLD: hold,
    Kind.RELEASE_HOLD: release_hold,
    Kind.COMMIT_HOLD: commit_hold,
}


def decide(order: Order | None, command: Command, world: World) -> Applied | Rejection:
    """`order` is the command's order, None for a stock command. Nothing is changed: the answer says what would be."""
    if order is None:
        return _STOCK_VERBS[command.kind](command, world)
    return _ORDER_VERBS[command.kind](order, command, world)
