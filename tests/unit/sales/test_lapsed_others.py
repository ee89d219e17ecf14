"""What another order or reference has lost to time is there for whoever asks, whether or not a task has been by."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inventory.core.allocate import allocate
from inventory.core.levels import Level, Share
from orders.commands.core.holds import expiry
from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Command, Order, Reference, ReferenceHold
from orders.commands.core.outcomes import Code
from orders.commands.core.rule import Backorder
from orders.journal.core.batch import Batch
from orders.journal.core.fold import fold as whole
from tests.unit.build import (
    DEPOT,
    NOW,
    STORE_ID,
    applied,
    batch,
    cash,
    code_of,
    codes,
    command,
    fold,
    hold,
    key,
    level,
    line,
    new_id,
    online,
    order,
    product,
    result,
    shipment,
)
from tests.unit.payments.test_online import AUTHORIZED, answered

A_MINUTE = timedelta(minutes=1)
CART = "CART-9"


def lapsed(quantity: int, sku: str = "TEA", ago: timedelta = timedelta(0)) -> Order:
    of = line(sku, quantity)
    return order(of, status=Status.PROCESSING, holds=(hold(of, quantity, expires_at=NOW - ago),))


def lapsed_cart(quantity: int) -> Reference:
    one = ReferenceHold(id=new_id(), key=key("TEA"), quantity=quantity, expires_at=NOW)
    return Reference(store_id=STORE_ID, name=CART, holds=(one,))


def waiting() -> Order:
    tea = line("TEA", 2, backordered=2)
    return shipment(tea, status=Status.PROCESSING, backordered_at=NOW - A_MINUTE)


def item(quantity: int, **fields: Any) -> dict[str, Any]:
    return {"sku": "TEA", "quantity": quantity, "location": None, **fields}


SALE, PARCEL, WAITING = order(line("TEA", 2)), shipment(line("TEA", 2)), waiting()

ASKING: dict[str, tuple[list[Order], Command]] = {
    "pay": ([SALE], command(Kind.PAY, SALE, tenders=[cash(900)])),
    "pay and record": ([SALE], command(Kind.PAY, SALE, tenders=[cash(900)], shortage="record")),
    "pay a shipment": ([PARCEL], command(Kind.PAY, PARCEL, tenders=[cash(900)])),
    "backorder": ([PARCEL], command(Kind.PAY, PARCEL, tenders=[cash(900)], shortage="backorder")),
    "reserve": ([SALE], command(Kind.RESERVE, SALE, expires_in_s=60)),
    "reserve what is there": ([SALE], command(Kind.RESERVE, SALE, shortage="backorder")),
    "allocate": ([WAITING], command(Kind.ALLOCATE, WAITING)),
    "hold": ([], command(Kind.HOLD, reference="OTHER", items=[item(2)])),
    "adjust": ([], command(Kind.ADJUST, items=[item(-2)])),
    "count": ([], command(Kind.COUNT, items=[item(1)])),
    "write off": ([], command(Kind.WRITE_OFF, items=[item(2)])),
    "import": ([], command(Kind.IMPORT, items=[item(1)])),
    "transfer": ([], command(Kind.TRANSFER, items=[item(2, from_location="shop", to_location="depot")])),
}


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("of", [lapsed(3), lapsed_cart(3)], ids=["an order", "a reference"])
@pytest.mark.parametrize("on_hand", [3, 4])
def test_whether_the_task_has_been_by_changes_nothing(name: str, of: Order | Reference, on_hand: int) -> None:
    orders, asked = ASKING[name]
    found = with_holder(batch(orders, [level("TEA", on_hand, 3)], asked), of)
    found = replace(found, backorders={product("TEA"): [Backorder(NOW - A_MINUTE, WAITING.id, 2)]})
    release, asked_first = fold(found)
    swept, asked_after = fold(replace(found, commands=[expiry(of, new_id=new_id), asked]))
    assert replace(release, command=swept.command) == swept
    assert code_of(asked_first.outcome) is code_of(asked_after.outcome) is Code.APPLIED
    assert applied(asked_first.outcome).levels == applied(asked_after.outcome).levels
    assert result(applied(asked_first.outcome)) == result(applied(asked_after.outcome))


def with_holder(of: Batch, holder: Order | Reference) -> Batch:
    if isinstance(holder, Order):
        return replace(of, orders={**of.orders, holder.id: holder})
    return replace(of, references={STORE_ID: {holder.name: holder}})


def test_nobody_loses_what_nobody_lacks() -> None:
    sale, holder = order(line("TEA", 2)), lapsed(3)
    (sold,) = fold(batch([sale, holder], [level("TEA", 5, 3)], command(Kind.PAY, sale, tenders=[cash(900)])))
    assert code_of(sold.outcome) is Code.APPLIED


def test_what_has_not_lapsed_or_is_of_another_product_stays() -> None:
    sale, other, later = order(line("TEA", 2)), lapsed(1, "CUP"), lapsed(3, ago=-A_MINUTE)
    levels = [level("TEA", 3, 3), level("CUP", 1, 1)]
    decided = fold(batch([sale, other, later], levels, command(Kind.PAY, sale, tenders=[cash(900)])))
    assert codes(decided) == [Code.STOCK_INSUFFICIENT]


def test_whoever_waits_for_an_operator_or_a_provider_keeps_what_it_has() -> None:
    sale, holder = order(line("TEA", 2)), lapsed(3)
    of = batch([sale, holder], [level("TEA", 3, 3)], command(Kind.PAY, sale, tenders=[cash(900)]))
    assert codes(fold(replace(of, kept=frozenset({holder.id})))) == [Code.STOCK_INSUFFICIENT]


def test_what_was_asked_of_a_provider_while_the_goods_were_held_has_them_until_it_is_settled() -> None:
    before, holder, after = order(line("TEA", 3)), lapsed(3), order(line("TEA", 3))
    pays = [command(Kind.PAY, one, tenders=[cash(1350)]) for one in (before, after)]
    asked = command(Kind.PAY, holder, tenders=[online(1350)])
    of = batch([before, holder, after], [level("TEA", 3, 3)], pays[0], asked, pays[1])
    of = replace(of, authorizations={asked.id: answered(asked, AUTHORIZED)})
    assert codes(fold(of)) == [Code.STOCK_INSUFFICIENT, Code.APPLIED, Code.STOCK_INSUFFICIENT]


def one_level_only(levels: Any, quantity: int) -> tuple[Share, ...] | None:
    shares = allocate(levels, quantity)
    return shares if shares and len(shares) == 1 else None


def test_a_strategy_that_does_not_split_is_asked_again_as_well() -> None:
    sale, holder = order(line("TEA", 3)), lapsed(2)
    levels: list[Level] = [level("TEA", 3, 2), level("TEA", 2, location=DEPOT)]
    of = batch([sale, holder], levels, command(Kind.PAY, sale, tenders=[cash(1350)]))
    decided = whole(replace(of, strategy=one_level_only), now=NOW, new_id=new_id).decided
    assert codes(decided) == [Code.APPLIED, Code.APPLIED]


def test_what_was_lacking_is_told() -> None:
    sale = order(line("TEA", 2), line("CUP", 1))
    of = batch([sale], [level("TEA", 1), level("CUP", 1)], command(Kind.PAY, sale, tenders=[cash(2100)]))
    assert whole(of, now=NOW, new_id=new_id).asked.lacked == {product("TEA")}
