"""POST /commands costs the same number of SQL statements, whatever its size. They are counted on their way."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from base.sql import clock
from inventory.models import StockLevel
from orders.commands.core.roles import Role
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.chain import open_chain
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

SIZES = (1, 10, 100)


def sale(number: int) -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": 1} for sku in ("TEA-80", "MUG-RED")]
    order = {"id": str(uuid4()), "currency": "GBP", "fulfilment": "immediate", "lines": lines}
    body = {"tenders": [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]}
    return {"key": f"sale {uuid4()}", "kind": "pay", "order": order, "body": body, "sequence": number}


def statements(database_url: str, till: Till, path: str, body: Any, *, wait: int = 0, status: str = "accepted") -> int:
    """How many a call takes, over a connection that is there already, of a terminal that was seen just now. `status`:
    of each item."""
    with proxied(database_url) as proxy, connected_to(proxy.url):
        till.get("/terminals/me")
        clock.asked()  # which is done every ten seconds
        before = proxy.statements
        answer = till.post(path, body, wait=wait)
        counted = proxy.statements - before
    assert answer.status in (200, 202), answer
    assert {item.get("status", status) for item in answer.body["items"]} == {status}
    return counted


@pytest.mark.parametrize(("query", "statements_max"), [("", 2), ("?dry_run=true", 15)])
def test_bulk(own_database: str, settings: Settings, query: str, statements_max: int) -> None:
    settings.COMMANDS_PENDING_MAX = 0  # whether there is room is looked at once in many commands
    till = open_chain().tills[Role.POS]
    StockLevel.objects.update(on_hand=1_000)
    till.post("/commands", [sale(1)])  # who sent one a moment ago is looked up with what the next one names
    (count,) = {
        statements(own_database, till, f"/commands{query}", [sale(n) for n in range(1, size + 1)]) for size in SIZES
    }
    assert count <= statements_max


def test_a_draft_and_its_new_lines_take_as_many_whatever_they_hold(own_database: str) -> None:
    chain = open_chain()
    till = chain.tills[Role.POS]
    chain.tills[Role.BACKOFFICE].put("/taxes/std", {"name": "VAT", "rate": "20"})
    line = {"sku": "TEA-80", "quantity": 1, "tax_code": "std", "discount_percent": "10"}
    till.sell(("TEA-80", 1))  # who sent one a moment ago is looked up with the prices of the next
    counts: dict[str, set[int]] = {"POST": set(), "PUT": set()}
    with proxied(own_database) as proxy, connected_to(proxy.url):
        for size in SIZES:
            till.get("/terminals/me")
            before = proxy.statements
            made = till.post("/orders", {"currency": "GBP", "fulfilment": "immediate", "lines": [line] * size})
            counts["POST"].add(proxy.statements - before)
            before = proxy.statements
            till.put(f"/orders/{made.body['id']}/lines", {"lines": [line] * size, "discount_minor": 1})
            counts["PUT"].add(proxy.statements - before)
    assert {call: len(found) for call, found in counts.items()} == {"POST": 1, "PUT": 1}


def test_a_bulk_that_is_waited_for_asks_once_more(own_database: str) -> None:
    till = open_chain().tills[Role.POS]
    StockLevel.objects.update(on_hand=1_000)
    sales = [sale(n) for n in range(1, max(SIZES) + 1)]
    accepted = till.post("/commands", sales).body["items"]
    known = statements(own_database, till, "/commands", sales[:1], status="replayed")
    execute([UUID(item["order_id"]) for item in accepted])
    waits = {statements(own_database, till, "/commands", sales[:size], wait=5, status="replayed") for size in SIZES}
    assert waits == {known + 1}


def test_lookup(own_database: str) -> None:
    till = open_chain().tills[Role.POS]
    keys = [str(n) for n in range(max(SIZES))]
    assert {statements(own_database, till, "/commands/lookup", {"keys": keys[:size]}) for size in SIZES} == {3}
