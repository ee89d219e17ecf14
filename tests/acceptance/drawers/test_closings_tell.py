"""What a closing tells besides cash: numbers, rounding, and each payment once; and that it never changes."""

from typing import Any
from uuid import UUID

from orders.invoicing.number_late_sales import number_late_sales
from tests.support.shop.baskets import line, order
from tests.support.shop.cashier import Cashier
from tests.support.shop.credit_notes import take_pool_away
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till


def invoice(till: Till, order_id: UUID) -> Any:
    return till.get(f"/orders/{order_id}").body["invoice_number"]


def test_numbers_are_of_the_first_and_last_numbered_sale_by_payment(boss: Cashier) -> None:
    """Not as orders were made, and no credit note's."""
    boss.open(0)
    made = [boss.till.sell() for _ in range(3)]
    for order_id in (made[2], made[0], made[1]):
        boss.pay(order_id, 250)
    boss.take_back(made[2])
    boss.cancel(made[0])
    closing = boss.close(250)["result"]["closing"]
    numbers = (closing["first_invoice_number"], closing["last_invoice_number"])
    assert numbers == (invoice(boss.till, made[2]), invoice(boss.till, made[1]))


def test_a_closing_never_changes(boss: Cashier, shop: Shop) -> None:
    """A number that follows, and what comes back later, are told elsewhere."""
    boss.open(0)
    numbered = boss.sell()
    take_pool_away(shop)
    late = boss.sell()
    boss.close(500)
    closing = boss.till.get("/closings/1").body
    assert closing["invoices_pending"] == 1
    assert closing["first_invoice_number"] == closing["last_invoice_number"] == invoice(boss.till, numbered)
    shop.add_numbers(5)
    number_late_sales()
    assert invoice(boss.till, late)
    boss.open(0)
    boss.take_back(late)
    boss.move(1)
    boss.close(0)
    assert boss.till.get("/closings/1").body == closing == boss.till.get(f"/closings/{closing['id']}").body


def test_a_drawer_tells_what_the_store_gained_by_rounding(boss: Cashier, backoffice: Till) -> None:
    """1.98 in coins of 0.05 are 2.00, and 1.98 come back as 2.00."""
    backoffice.put("/store", {"cash_rounding_minor": 5})
    boss.open(0)
    sold = [boss.till.post("/orders", order(line("POSTAGE", unit_price_minor=198))).body["id"] for _ in range(2)]
    for order_id in sold:
        assert boss.pay(order_id, 200)["outcome"]["code"] == "applied"
    assert boss.report()["rounding_minor"] == 4
    boss.take_back(sold[0], sku="POSTAGE")
    closing = boss.close(200)["result"]["closing"]
    assert (closing["rounding_minor"], closing["sales"]["total_minor"]) == (2, 396)
    assert closing["refunds"] == {"count": 1, "total_minor": 198}
    assert [(one["expected_minor"], one["difference_minor"]) for one in closing["methods"]] == [(200, 0)]


def test_each_payment_is_in_one_closing_or_waits(cashier: Cashier, boss: Cashier, auditor: Till) -> None:
    """By what each order's payments say, the closings are worked out again."""
    orders = [cashier.sell(1), boss.sell(2)]
    for one in (cashier, boss):
        one.open(0)
    orders += [cashier.sell(3), boss.sell(1, method="card")]
    boss.take_back(orders[0])
    for one in (cashier, boss):
        one.close(0)
        one.open(0)
    orders += [cashier.sell(1)]
    boss.cancel(orders[2])
    boss.close(0)
    names = {f"the {role}": till.terminal for role, till in (("pos", cashier), ("supervisor", boss))}
    sums: dict[tuple[Any, ...], int] = {}
    for order_id in orders:
        for one in auditor.get(f"/orders/{order_id}").body["payments"]:
            place = (names[one["terminal"]], one["closing"], one["method"])
            sums[place] = sums.get(place, 0) + one["amount_minor"] * (-1 if one["kind"] == "refund" else 1)
    closings = auditor.get("/closings").body["items"]
    expected = {
        (closing["terminal"], closing["number"], one["method"]): one["expected_minor"]
        for closing in closings
        for one in closing["methods"]
    }
    assert {place: minor for place, minor in sums.items() if place[1] is not None} == expected
    assert {place for place in sums if place[1] is None} == {(cashier.terminal, None, "cash")}
    (cash,) = cashier.report()["methods"]
    assert sums[cashier.terminal, None, "cash"] == cash["expected_minor"] == 250
