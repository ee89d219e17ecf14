"""A worker that is alive and takes nothing: it ends, and the next one takes all."""

from project.stack.embedded.child import wait_until
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import sell, wait_settled
from tests.support.shop.shop import open_shop

ENDS_WITHIN_S = 60
TOLD = "1 messages wait and this worker takes none: it ends, to be started again"


def ends_and_is_replaced(node: StartNode) -> None:
    shop = open_shop(shelf={"TEA-80": 10})
    jammed = node(entry="tests.support.processes.unheard")
    wait_settled(sell(shop))
    waits = sell(shop)
    assert wait_until(lambda: jammed.process.status == "exited", seconds=ENDS_WITHIN_S), jammed.logs()
    assert jammed.process.stop() == 1
    assert TOLD in jammed.logs()
    node()
    wait_settled(waits)
