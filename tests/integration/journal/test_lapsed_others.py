"""No outcome depends on when the task that releases lapsed holds runs: what others have lost to time is there."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db.holders import further
from orders.models import Command, Order, StatusChange
from tests.integration.workers.upkeep.test_expire import lapse
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.payments.paper_bank import PaperBank, banking, online
from tests.support.shop.poison import poison
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state, states
from workers import execute as executing
from workers.authorize import authorize_payments
from workers.backorders import allocate_backorders
from workers.expire import expire_holds

pytestmark = pytest.mark.usefixtures("own_database")

TEAS = [{"sku": "TEA-80", "quantity": 10, "location": "shop"}]


def by_an_order(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 10), ("MUG-RED", 1))
    shop.submit(Kind.RESERVE, order_id, expires_in_s=600)
    execute([order_id])
    return order_id


def by_a_reference(shop: Shop) -> UUID | int:
    shop.submit(Kind.HOLD, reference="WEB-1", items=TEAS, expires_in_s=600)
    execute([shop.store_id])
    return shop.store_id


def of_order(kind: Kind, fulfilment: str = "shipment", **payload: Any) -> Callable[[Shop], tuple[UUID | int, UUID]]:
    def submit(shop: Shop) -> tuple[UUID | int, UUID]:
        order_id = shop.order(("TEA-80", 10), fulfilment=fulfilment)
        return order_id, shop.submit(kind, order_id, **payload)

    return submit


def of_stock(kind: Kind, **payload: Any) -> Callable[[Shop], tuple[UUID | int, UUID]]:
    return lambda shop: (shop.store_id, shop.submit(kind, **payload))


PAID = [{"method": "card", "amount_minor": 10 * PRICE_MINOR}]
MOVED = [{**TEAS[0], "from_location": "shop", "to_location": "stockroom"}]
ASKING = {
    "sale": of_order(Kind.PAY, "immediate", tenders=PAID),
    "offline sale": of_order(Kind.PAY, "immediate", tenders=PAID, shortage="record"),
    "shipment": of_order(Kind.PAY, tenders=PAID),
    "backorder": of_order(Kind.RESERVE, shortage="backorder"),
    "hold": of_stock(Kind.HOLD, reference="WEB-2", items=TEAS),
    "count": of_stock(Kind.COUNT, items=[{**TEAS[0], "quantity": 0}]),
    "transfer": of_stock(Kind.TRANSFER, items=MOVED),
    "write off": of_stock(Kind.WRITE_OFF, items=TEAS),
}


@pytest.mark.parametrize(
    ("name", "hold", "swept"),
    [
        *((name, by_an_order, False) for name in ASKING),
        ("sale", by_an_order, True),
        ("sale", by_a_reference, False),
        ("hold", by_a_reference, False),
    ],
)
def test_it_is_there_whether_or_not_it_was_swept(name: str, hold: Callable[[Shop], UUID | int], swept: bool) -> None:
    shop = open_shop()
    rung = hold(shop)
    lapse()
    if swept:
        expire_holds()
        execute([rung])
    subject, asked = ASKING[name](shop)
    assert asked in execute([subject], helps=False).settled
    result = Command.objects.get(id=asked).result or {}
    assert state(asked) == "applied"
    assert result.get("shortfalls", []) == []
    assert result.get("backordered", []) == []
    assert not Order.objects.filter(id__in=[rung] if isinstance(rung, UUID) else [], hold_expired_at=None).exists()
    assert expire_holds() == 0
    assert audit() == []


def test_the_history_of_whoever_lost_it_tells_so() -> None:
    shop = open_shop()
    holder = by_an_order(shop)
    lapse()
    sale, pay = shop.sale(("TEA-80", 3))
    execute([sale], helps=False)
    assert state(pay) == "applied"
    history = StatusChange.objects.filter(order_id=holder).order_by("id")
    assert list(history.values_list("kind", "to_status", "terminal", "reason"))[1:] == [
        ("release", "draft", "expire_holds", "hold_expired")
    ]
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((7, 0), (10, 0))


def test_nobody_is_looked_for_where_nothing_lacks() -> None:
    shop = open_shop(shelf={"TEA-80": 13, "MUG-RED": 10})
    holder = by_an_order(shop)
    lapse()
    sale, _ = shop.sale(("TEA-80", 3))
    assert len(execute([sale], helps=False).settled) == 1
    assert Order.objects.get(id=holder).status == "processing"


def test_what_arrives_for_a_backorder_may_have_lapsed() -> None:
    shop = open_shop()
    waiting = shop.order(("TEA-80", 12), fulfilment="shipment")
    by_an_order(shop)
    shop.submit(Kind.RESERVE, waiting, shortage="backorder")
    execute([waiting], helps=False)
    assert allocate_backorders() == 0
    lapse()
    assert allocate_backorders() == 1
    execute([waiting], helps=False)
    assert shop.level("TEA-80") == (10, 10)
    assert allocate_backorders() == 0
    assert audit() == []


def test_a_parked_command_keeps_what_its_order_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does when the task has been by: the release waits behind it."""
    shop = open_shop()
    holder = by_an_order(shop)
    parked = shop.pay(holder)
    with monkeypatch.context() as patch:
        poison(patch, {parked})
        run([holder])
    lapse()
    sale, pay = shop.sale(("TEA-80", 3))
    execute([sale], helps=False)
    assert states([parked, pay]) == ["parked", "stock_insufficient"]
    (row,) = (Command.objects.get(id=pay).outcome or {})["lines"]
    assert [one["quantity"] for one in row["held_by"]] == [10]


@pytest.fixture
def bank() -> Iterator[PaperBank]:
    with banking() as bank:
        yield bank


def test_whoever_is_being_asked_for_money_keeps_the_goods(bank: PaperBank) -> None:
    shop = open_shop()
    holder = by_an_order(shop)
    total = Order.objects.values_list("total_minor", flat=True).get(id=holder)
    asked = shop.submit(Kind.PAY, holder, tenders=[online(total)])
    execute([holder], helps=False)
    lapse()
    (first, refused), (second, late) = shop.sale(("TEA-80", 3)), shop.sale(("TEA-80", 3))
    execute([first], helps=False)
    assert authorize_payments() == 1
    execute([second], helps=False)
    execute([holder], helps=False)
    assert states([asked, refused, late]) == ["applied", "stock_insufficient", "stock_insufficient"]
    assert audit() == []


def test_who_is_rung_for_and_who_loses_are_locked_together_in_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The holder pays in the middle of it: whoever comes first has the goods, and nobody waits for ever."""
    shop = open_shop()
    holder = by_an_order(shop)
    lapse()
    sale, pay = shop.sale(("TEA-80", 3))
    own = shop.pay(holder)
    gate = Gate()
    monkeypatch.setattr(executing, "further", gate.after(further))
    one = begin(lambda: execute([sale], helps=False))
    gate.wait_reached()
    other = begin(lambda: execute([holder], helps=False))
    until_done_or_waiting(other)
    gate.open()
    one.result(PATIENCE_S)
    other.result(PATIENCE_S)
    assert sorted(states([pay, own])) in (["applied", "hold_expired"], ["applied", "stock_insufficient"])
    assert audit() == []
