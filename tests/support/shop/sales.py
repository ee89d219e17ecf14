"""Sales as they go through the whole pipeline: submitted, rung for, and settled by whoever listens."""

import time
from uuid import UUID

from orders.commands.core.machine import Kind
from orders.journal.ring import ring
from project.stack.embedded.child import wait_until
from tests.support.shop.shop import Shop, states

SETTLED_WITHIN_S = 60


def sell(shop: Shop) -> UUID:
    """A sale that was rung for; its command."""
    order_id, command_id = shop.sale(("POSTAGE", 1), ("TEA-80", 1))
    ring(Kind.PAY, order_id, command_id)
    return command_id


def wait_settled(*commands: UUID) -> float:
    """How many seconds that took."""
    began = time.monotonic()
    assert wait_until(lambda: "pending" not in states(commands), seconds=SETTLED_WITHIN_S), states(commands)
    return time.monotonic() - began
