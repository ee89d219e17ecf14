"""Somebody follows while eight tills sell, a worker is killed with -9, and transactions are held open: nothing is
missed, and what was told last of each thing is what is there at the end."""

import secrets
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django.fixtures import Settings

from orders.commands.core.roles import Role
from orders.terminals.db.keys import create_terminal
from project import env as environment
from project.stack.servers import Servers
from tests.support.database import broker_database
from tests.support.network.threads import begin
from tests.support.network.web import WebClient
from tests.support.processes.nodes import Node, start
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain
from tests.support.shop.follower import Follower
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till
from workers.sweep import sweep

TILLS, SALES = 8, 6
SKUS = ("TEA-80", "MUG-RED", "POSTAGE")
ENOUGH = 1_000


@pytest.fixture
def second_worker(served: Served, servers: Servers, tmp_path: Path, settings: Settings) -> Iterator[Node]:
    """Beside the one that is there. This process sweeps for them."""
    settings.BROKER_URL = broker_database(servers.broker_url, 15)
    own = {"DATABASE_URL": served.database_url, "BROKER_URL": settings.BROKER_URL, "RINGUP_HOME": str(tmp_path)}
    environ = environment.for_child(SECRET_KEY=secrets.token_hex(), **own)
    node = Node(start("worker", environ=environ, folder=tmp_path, name="second"))
    node.wait_ready()
    yield node
    node.teardown()


def sell(till: Till, number: int, halfway: Callable[[], None]) -> None:
    """Nobody waits for the outcome, whatever becomes of the worker."""
    for sale in range(SALES):
        if (number, sale) == (0, SALES // 2):
            halfway()
        order_id = str(till.sell((SKUS[sale % len(SKUS)], 1)))
        pay = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}], "cashier": f"till {number}"}
        assert till.post(f"/orders/{order_id}/pay", pay, key=order_id).status == 202
        if sale % 3 == 0:
            till.put(f"/orders/{order_id}/customer", {"name": f"Customer {sale}"})
        if sale % 4 == 0:
            till.put(f"/products/{SKUS[sale % len(SKUS)]}", {"name": f"As till {number} says"})


def hold_open(url: str, store_id: int, ended: threading.Event) -> None:
    """One long transaction after the other, each of which changes a product at its beginning."""
    number = 0
    while not ended.is_set():
        number += 1
        with psycopg.connect(url) as slow:
            slow.execute(
                "UPDATE inventory_product SET name = %s WHERE sku = 'SCARF-BLUE' AND store_id = %s",
                (f"Scarf {number}", store_id),
            )
            ended.wait(1.5)


def everything(till: Till, path: str) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        page = till.get(f"{path}?limit=200{cursor}").body
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_nothing_is_missed_beside_eight_tills(served: Served, chain: Chain, second_worker: Node) -> None:
    store_id, reader = chain.shop.store_id, chain.tills[Role.AUDITOR]
    goods = {"items": [{"sku": sku, "quantity": ENOUGH} for sku in ("TEA-80", "MUG-RED")]}
    backoffice = chain.tills[Role.BACKOFFICE]
    assert served.settled(lambda: backoffice.post("/inventory/receive", goods, key="goods", wait=10)).status == 200
    keys = [create_terminal(store_id=store_id, name=f"till {n}", role=Role.BACKOFFICE) for n in range(TILLS)]
    tills = [Till(key, WebClient(served.url)) for key in keys]
    ended = threading.Event()
    holding = begin(partial(hold_open, served.database_url, store_id, ended))
    selling = [begin(partial(sell, till, number, second_worker.process.kill)) for number, till in enumerate(tills)]
    follower = Follower(reader)
    while not all(one.done() for one in selling):
        follower.look(limit=7, wait=1)
    for one in selling:
        one.result()
    ended.set()
    holding.result(30)

    def is_all_settled() -> bool:
        sweep()  # what the worker that was killed was rung for
        listed = everything(reader, "/orders")
        return len(listed) == TILLS * SALES and all(order["status"] == "paid" for order in listed)

    follower.until(is_all_settled)
    follower.until(lambda: follower.known == whole(reader))


def whole(till: Till) -> dict[tuple[str, Any], Any]:
    """All that the store has, by the lists."""
    lists = {"order": ("/orders", "id"), "movement": ("/inventory/movements", "id"), "product": ("/products", "sku")}
    lists |= {"location": ("/locations", "code"), "tax": ("/taxes", "code")}
    listed = {(kind, one[name]): one for kind, (path, name) in lists.items() for one in everything(till, path)}
    return listed | {("store", None): till.get("/store").body}
