"""`shortage: release` in the database: the newest holds give way, under locks, and all books agree."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import SerializationFailure

from base.sql.retry_transient import retry_transient
from inventory.models import Hold, StockMovement
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db import claim as attempts
from orders.journal.db.claim import claim
from orders.models import Command, Order, OrderLine, StatusChange
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.payments.paper_bank import PaperBank, banking, online
from tests.support.shop.poison import poison
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state, states
from workers import execute as executing
from workers.authorize import authorize_payments

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def reserved(shop: Shop, quantity: int, **payload: Any) -> UUID:
    order_id = shop.order(("TEA-80", quantity))
    shop.submit(Kind.RESERVE, order_id, **payload)
    execute([order_id])
    return order_id


def counted(shop: Shop, quantity: int, **payload: Any) -> UUID:
    items = [{"sku": "TEA-80", "quantity": quantity, "location": "shop"}]
    return shop.submit(Kind.COUNT, items=items, **{"shortage": "release", "reason": "recount"} | payload)


def released(command_id: UUID) -> Any:
    return (Command.objects.get(id=command_id).result or {})["released"]


def backordered(order_id: UUID) -> int:
    return OrderLine.objects.values_list("backordered_quantity", flat=True).get(order_id=order_id)


def test_an_order_is_backordered_and_its_history_and_its_ledger_show_it(shop: Shop) -> None:
    order_id = reserved(shop, 4)
    count = counted(shop, 1)
    execute([shop.store_id])
    assert (state(count), released(count)) == (
        "applied",
        [{"sku": "TEA-80", "quantity": 3, "order_id": str(order_id)}],
    )
    assert shop.level("TEA-80") == (1, 1)
    assert backordered(order_id) == 3
    newest = StatusChange.objects.filter(order_id=order_id).latest("id")
    assert (newest.kind, newest.from_status, newest.to_status, newest.reason, newest.terminal) == (
        *("backorder", "processing", "processing", "recount"),
        shop.caller.name,
    )
    moved = StockMovement.objects.filter(order_id=order_id).latest("id")
    assert (moved.kind, moved.reserved_change, moved.command_id) == ("release", -3, newest.command_id)
    assert audit() == []


def test_the_newest_holds_give_way_first(shop: Shop) -> None:
    first = reserved(shop, 3)
    shop.submit(Kind.HOLD, reference="WEB-1", items=[{"sku": "TEA-80", "quantity": 3}])
    execute([shop.store_id])
    last = reserved(shop, 3)
    count = counted(shop, 4)
    execute([shop.store_id])
    assert released(count) == [
        {"sku": "TEA-80", "quantity": 3, "order_id": str(last)},
        {"sku": "TEA-80", "quantity": 2, "reference": "WEB-1"},
    ]
    assert (backordered(first), backordered(last)) == (0, 3)
    assert list(Hold.objects.filter(reference="WEB-1").values_list("quantity", flat=True)) == [1]
    assert audit() == []


def test_whoever_reserves_in_between_gives_way_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count has found who holds the goods, and somebody newer comes before it has them."""
    older, first = reserved(shop, 4), reserved(shop, 3)
    count = counted(shop, 5)
    gate = Gate()
    monkeypatch.setattr(executing, "claim", before_second(gate))
    one = begin(lambda: execute([shop.store_id], helps=False))
    gate.wait_reached()
    newer = shop.order(("TEA-80", 3))
    shop.submit(Kind.RESERVE, newer)
    execute([newer], helps=False)
    gate.open()
    one.result(PATIENCE_S)
    assert [row["order_id"] for row in released(count)] == [str(newer), str(first)]
    assert [backordered(order_id) for order_id in (older, first, newer)] == [0, 2, 3]
    assert audit() == []


def before_second(gate: Gate) -> Any:
    """The gate is before the claim that names holders."""
    gated = gate.before(claim)

    def stopped(*args: Any, **kwargs: Any) -> Any:
        return (gated if kwargs["holders"] else claim)(*args, **kwargs)

    return stopped


def test_who_ships_in_between_keeps_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = shop.order(("TEA-80", 4), fulfilment="shipment")
    shop.pay(shipped)
    execute([shipped])
    fulfill, count = shop.submit(Kind.FULFILL, shipped), counted(shop, 2)
    gate = Gate()
    monkeypatch.setattr(executing, "claim", before_second(gate))
    one = begin(lambda: execute([shop.store_id], helps=False))
    gate.wait_reached()
    other = begin(lambda: execute([shipped], helps=False))
    until_done_or_waiting(other)
    gate.open()
    one.result(PATIENCE_S)
    other.result(PATIENCE_S)
    assert (states([fulfill, count]), released(count)) == (["applied", "applied"], [])
    assert shop.level("TEA-80") == (2, 0)
    assert Order.objects.get(id=shipped).status == "shipped"


def test_where_it_never_comes_to_rest_nothing_is_done_and_it_is_tried_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = reserved(shop, 4)
    count = counted(shop, 1)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "ATTEMPTS_MAX", 1)
        with pytest.raises(SerializationFailure):
            retry_transient(lambda: execute([shop.store_id]))
    assert state(count) == "pending"
    assert backordered(order_id) == 0
    assert shop.level("TEA-80") == (10, 4)
    run([shop.store_id])
    assert state(count) == "applied"
    assert backordered(order_id) == 3


@pytest.fixture
def bank() -> Iterator[PaperBank]:
    with banking() as bank:
        yield bank


def test_who_is_parked_or_asked_for_money_gives_way_too(
    shop: Shop, bank: PaperBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer lie there: what waits is settled by what it finds."""
    asked, stuck = reserved(shop, 2), reserved(shop, 2)
    pay = shop.submit(Kind.PAY, asked, tenders=[online(2 * PRICE_MINOR)])
    execute([asked])
    parked = shop.pay(stuck)
    with monkeypatch.context() as patch:
        poison(patch, {parked})
        run([stuck])
    count = counted(shop, 1)
    execute([shop.store_id])
    assert (states([pay, parked, count]), backordered(asked), backordered(stuck)) == (
        ["awaiting", "parked", "applied"],
        *(1, 2),
    )
    authorize_payments()
    execute([asked])
    assert state(pay) == "stock_insufficient"
    assert shop.level("TEA-80") == (1, 1)
    assert audit() == []


def test_a_count_that_is_run_alone_finds_the_holders_as_well(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = reserved(shop, 4)
    poisoned, count = counted(shop, 9, shortage="reject"), counted(shop, 1)
    with monkeypatch.context() as patch:
        poison(patch, {poisoned})
        run([shop.store_id])
    assert states([poisoned, count]) == ["parked", "pending"]
    run([shop.store_id])
    assert state(count) == "applied"
    assert backordered(order_id) == 3
    assert audit() == []
