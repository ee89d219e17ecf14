"""An order of 5,000 lines goes all its ways through the real server and worker, within their timeouts."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import pytest_django

from orders.commands.core.roles import Role
from tests.support.database import connected_to
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.till import Answer, Till

LINES_MAX = 5_000
SKUS = [f"PART-{number:04}" for number in range(LINES_MAX)]
PRICE_MINOR = 7
TOTAL_MINOR = LINES_MAX * PRICE_MINOR


@pytest.fixture(scope="module")
def chain(served: Served, django_db_blocker: pytest_django.DjangoDbBlocker) -> Chain:
    """A shop that has three of each of 5,000 parts."""
    with django_db_blocker.unblock(), connected_to(served.database_url):
        chain = open_chain(shop_code="parts", other_code="parts-2", client=WebClient(served.url))
    backoffice = chain.tills[Role.BACKOFFICE]
    catalogue = "".join(f"{sku},{sku},{PRICE_MINOR},GBP\n" for sku in SKUS)
    content = f"sku,name,price_minor,currency\n{catalogue}".encode()
    assert backoffice.call("POST", "/products/import", content, **{"Content-Type": "text/csv"}).status == 200
    stock = [{"sku": sku, "quantity": 3} for sku in SKUS]
    done(served, partial(backoffice.post, "/inventory/receive", {"items": stock}, key="stock", wait=10))
    return chain


@pytest.fixture(scope="module")
def till(chain: Chain) -> Till:
    return chain.tills[Role.SUPERVISOR]


def done(served: Served, ask: Callable[[], Answer]) -> Any:
    """The result of a command that applies."""
    command = served.settled(ask).body
    assert command["state"] == "succeeded", command
    return command["result"]


def order(lines: int = LINES_MAX, fulfilment: str = "immediate") -> dict[str, Any]:
    rows = [{"sku": SKUS[number % LINES_MAX], "quantity": 1} for number in range(lines)]
    return {"currency": "GBP", "fulfilment": fulfilment, "lines": rows}


def created(till: Till, fulfilment: str) -> str:
    made = till.post("/orders", order(fulfilment=fulfilment))
    assert (made.status, len(made.body["lines"]), made.body["total_minor"]) == (201, LINES_MAX, TOTAL_MINOR)
    order_id: str = made.body["id"]
    return order_id


def do(served: Served, till: Till, order_id: str, kind: str, **body: Any) -> Any:
    return done(served, partial(till.post, f"/orders/{order_id}/{kind}", body, key=f"{kind}-{order_id}", wait=10))


CARD = {"tenders": [{"method": "card", "amount_minor": TOTAL_MINOR}]}


def test_it_is_sold_and_comes_back(served: Served, till: Till) -> None:
    order_id = created(till, "immediate")
    do(served, till, order_id, "pay", **CARD)
    lines = till.get(f"/orders/{order_id}").body["lines"]
    assert [line["shipped_quantity"] for line in lines] == [1] * LINES_MAX
    back = [{"line_id": line["id"], "quantity": 1, "condition": "sellable"} for line in lines]
    do(served, till, order_id, "return", lines=back)
    assert till.get(f"/orders/{order_id}").body["status"] == "returned"


def test_it_is_held_and_shipped_line_by_line(served: Served, till: Till) -> None:
    order_id = created(till, "shipment")
    do(served, till, order_id, "reserve")
    do(served, till, order_id, "pay", **CARD)
    lines = [{"line_id": line["id"], "quantity": 1} for line in till.get(f"/orders/{order_id}").body["lines"]]
    do(served, till, order_id, "fulfill", lines=lines)
    assert till.get(f"/orders/{order_id}").body["status"] == "shipped"
    assert len(till.get(f"/orders/{order_id}/shipment-status").body["items"]) == LINES_MAX


def test_a_draft_gets_as_many_lines_and_no_more(till: Till) -> None:
    order_id = created(till, "immediate")
    assert len(till.put(f"/orders/{order_id}/lines", {"lines": order()["lines"]}).body["lines"]) == LINES_MAX
    for refused in (
        till.put(f"/orders/{order_id}/lines", {"lines": order(LINES_MAX + 1)["lines"]}),
        till.post("/orders", order(LINES_MAX + 1)),
    ):
        assert (refused.status, refused.pointers) == (422, ["#/lines"])


def test_a_page_ends_before_it_has_too_many_lines_and_the_next_goes_on(served: Served, till: Till) -> None:
    made = [created(till, "shipment") for _ in range(3)]
    do(served, till, made[1], "reserve")
    pages: list[list[str]] = []
    cursor = ""
    while sum(map(len, pages)) < len(made):
        page = till.get(f"/orders?limit=200{cursor}").body
        pages.append([order["id"] for order in page["items"]])
        assert all(len(order["lines"]) == LINES_MAX for order in page["items"])
        cursor = f"&cursor={page['next_cursor']}"
    assert pages == [[made[2]], [made[1]], [made[0], *pages[2][1:]]]
    assert len(till.get("/orders?limit=2").body["items"]) == 1
    do(served, till, made[1], "release")


def test_what_stock_lacks_is_told_of_each_line(served: Served, till: Till) -> None:
    wanted = order()
    for line in wanted["lines"]:
        line["quantity"] = 100
    order_id = till.post("/orders", wanted).body["id"]
    tenders = [{"method": "card", "amount_minor": 100 * TOTAL_MINOR}]
    path, body = f"/orders/{order_id}/pay", {"tenders": tenders}
    refused = served.settled(lambda: till.post(path, body, key=f"pay-{order_id}", wait=10)).body
    assert refused["outcome"]["code"] == "stock_insufficient"
    assert len(refused["outcome"]["lines"]) == LINES_MAX


def test_a_full_body_of_large_orders_is_one_bulk(served: Served, till: Till) -> None:
    items = [
        {"key": str(uuid4()), "kind": "reserve", "order": order(LINES_MAX // 5, "shipment"), "body": {}}
        for _ in range(20)
    ]
    answer = till.post("/commands", items, wait=10)
    assert {item["status"] for item in answer.body["items"]} == {"accepted"}
    asked = [partial(till.get, f"/commands/{item['command_id']}", Prefer="wait=10") for item in answer.body["items"]]
    codes = [served.settled(ask).body["outcome"] for ask in asked]
    assert {code["code"] for code in codes} <= {"applied", "stock_insufficient"}
