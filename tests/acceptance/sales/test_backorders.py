"""`shortage: backorder`: the order goes on, shows what it waits for, and is served, oldest first, as stock arrives."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till
from workers.backorders import allocate_backorders

Settle = Callable[[Answer, Till], Any]


@pytest.fixture
def order(pos: Till, settle: Settle) -> Callable[[int], UUID]:
    """Pay for a shipment of so many teas, backordered where they are short."""

    def ordered(quantity: int) -> UUID:
        order_id = pos.sell(("TEA-80", quantity), fulfilment="shipment")
        tenders = [{"method": "card", "amount_minor": quantity * PRICE_MINOR}]
        body = {"tenders": tenders, "shortage": "backorder"}
        assert settle(pos.post(f"/orders/{order_id}/pay", body, key=f"pay {order_id}"), pos)["state"] == "succeeded"
        return order_id

    return ordered


def backordered(till: Till, order_id: UUID) -> int:
    return sum(line["backordered_quantity"] for line in till.get(f"/orders/{order_id}").body["lines"])


@pytest.fixture
def receive(backoffice: Till, settle: Settle) -> Callable[[int], None]:
    """So many teas arrive, and are allocated."""

    def received(quantity: int) -> None:
        items = [{"sku": "TEA-80", "quantity": quantity}]
        accepted = backoffice.post("/inventory/receive", {"items": items}, key=f"receive {quantity}")
        settle(accepted, backoffice)
        allocate_backorders()
        execute([], helps=True)

    return received


def test_what_is_there_is_held_and_the_rest_is_shown(order: Callable[[int], UUID], pos: Till, shop: Shop) -> None:
    order_id = order(13)
    found = pos.get(f"/orders/{order_id}").body
    assert (found["status"], found["payment_status"]) == ("processing", "paid")
    assert backordered(pos, order_id) == 3
    assert [hold["quantity"] for hold in found["holds"]] == [10]
    assert shop.level("TEA-80") == (10, 10)


def test_a_reservation_tells_what_it_waits_for(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 12), ("MUG-RED", 1))
    reserved = settle(pos.post(f"/orders/{order_id}/reserve", {"shortage": "backorder"}, key="k1"), pos)
    line_id = pos.get(f"/orders/{order_id}").body["lines"][0]["id"]
    assert reserved["result"]["backordered"] == [{"line_id": line_id, "sku": "TEA-80", "quantity": 2}]


def test_without_backorder_the_shortage_is_refused(pos: Till, shop: Shop, settle: Settle) -> None:
    order_id = pos.sell(("TEA-80", 13), fulfilment="shipment")
    refused = settle(pos.post(f"/orders/{order_id}/reserve", {"shortage": "reject"}, key="k1"), pos)
    assert refused["outcome"]["code"] == "stock_insufficient"
    assert backordered(pos, order_id) == 0
    assert shop.level("TEA-80") == (10, 0)


def test_stock_that_arrives_is_held_for_the_oldest_first(
    order: Callable[[int], UUID], receive: Callable[[int], None], pos: Till, shop: Shop
) -> None:
    first, second = order(12), order(3)
    receive(3)
    assert (backordered(pos, first), backordered(pos, second)) == (0, 2)
    receive(5)
    assert (backordered(pos, first), backordered(pos, second)) == (0, 0)
    assert shop.level("TEA-80") == (18, 15)
    newest = pos.get(f"/orders/{second}/history").body["items"][-1]
    assert (newest["kind"], newest["reason"], newest["terminal"]) == (
        "allocate",
        "stock arrived",
        "allocate_backorders",
    )


def test_what_is_there_is_shipped_before_the_rest_arrives(
    order: Callable[[int], UUID], receive: Callable[[int], None], supervisor: Till, settle: Settle
) -> None:
    order_id = order(13)
    settle(supervisor.post(f"/orders/{order_id}/fulfill", key="k1"), supervisor)
    status = supervisor.get(f"/orders/{order_id}/shipment-status").body
    assert (status["order_status"], status["total_shipped_units"]) == ("partially_shipped", 10)
    waiting = settle(supervisor.post(f"/orders/{order_id}/fulfill", key="k2"), supervisor)
    assert waiting["outcome"]["code"] == "stock_insufficient"
    receive(3)
    settle(supervisor.post(f"/orders/{order_id}/fulfill", key="k3"), supervisor)
    assert supervisor.get(f"/orders/{order_id}").body["status"] == "shipped"


def test_a_cancelled_backorder_gives_way_to_the_next(
    order: Callable[[int], UUID], receive: Callable[[int], None], supervisor: Till, settle: Settle
) -> None:
    first, second = order(12), order(1)
    settle(supervisor.post(f"/orders/{first}/cancel", {"reason": "too late"}, key="k1"), supervisor)
    cancelled = supervisor.get(f"/orders/{first}").body
    assert (cancelled["status"], cancelled["payment_status"]) == ("cancelled", "refunded")
    assert backordered(supervisor, first) == 0
    assert cancelled["holds"] == []
    receive(1)
    assert backordered(supervisor, second) == 0


def test_nobody_allocates_but_the_task(pos: Till, order: Callable[[int], UUID]) -> None:
    order_id = order(13)
    assert pos.post(f"/orders/{order_id}/allocate", {}, key="k1").status == 404
    item = {"key": "k1", "kind": "allocate", "order_id": str(order_id)}
    assert pos.post("/commands", [item]).body["items"][0]["problem"]["code"] == "validation_failed"
    kinds = {action["kind"] for action in pos.get(f"/orders/{order_id}/available-actions").body["actions"]}
    assert "allocate" not in kinds
