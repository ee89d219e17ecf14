"""Two workers, each with a queue of its own: what one has to do keeps no command of the other waiting."""

from uuid import UUID

from pytest_django.fixtures import Settings

from base.notes.where import url_of_notes
from base.outside.signs import unserved
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.core.batch import OrderSubject, Rung
from orders.journal.core.shares import COMMANDS, Route
from orders.journal.db.shares import code_of
from orders.journal.ring import ring_for
from orders.models import Command
from project.stack.embedded.child import wait_until
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, wait_settled
from tests.support.shop.shop import Shop, open_shop, states

NORTH = "big"
BACKLOG = 12


def sell(shop: Shop) -> UUID:
    order_id, command_id = shop.sale(("POSTAGE", 1))
    ring_for([Rung(Kind.PAY, OrderSubject(order_id), command_id)])
    return command_id


def test_a_backlog_of_one_store_keeps_no_sale_of_another_waiting_and_is_taken_once_somebody_serves_it(
    own_database: str, stack_env: dict[str, str], node: StartNode, settings: Settings
) -> None:
    settings.COMMAND_QUEUES, queues = (Route("north", None, NORTH),), (COMMANDS, NORTH)
    code_of.cache_clear()
    north, south = open_shop("north"), open_shop("south")
    stack_env |= {"COMMAND_QUEUES": f"north={NORTH}", "WORKER_QUEUES": COMMANDS}
    backlog = [sell(north) for _ in range(BACKLOG)]

    def told() -> list[str] | None:
        return unserved(url_of_notes(), queues, silence_max_s=1)

    assert told() == [COMMANDS, NORTH]
    node(name="worker-1")
    wait_settled(*[sell(south) for _ in range(3)])
    assert set(states(backlog)) == {"pending"}
    assert wait_until(lambda: told() == [NORTH], seconds=SETTLED_WITHIN_S)
    stack_env["WORKER_QUEUES"] = NORTH
    node(name="worker-2")
    wait_settled(*backlog, sell(south), sell(north))
    assert wait_until(lambda: told() == [], seconds=SETTLED_WITHIN_S)
    by = dict(Command.objects.values_list("store_id", "worker").distinct())
    assert len(set(by.values())) == Command.objects.values("store_id", "worker").distinct().count() == 2
    assert audit() == []
