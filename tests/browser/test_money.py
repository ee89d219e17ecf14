"""What a basket comes to, and how it is paid: cash, card, both, by weight and with discounts."""

import json
from random import Random
from typing import Any

from orders.commands.core.roles import Role
from tests.support.browser.till import Cashier

BASKETS = 60
WORK_OUT = """([baskets, inclusive]) => import('/till/lib/amounts.js').then(({ amounts }) => JSON.stringify(
    baskets.map(({ lines, discount }) => amounts(lines, { discount, pricesIncludeTax: inclusive }))))"""
TAXES = {"standard": "20", "reduced": "8.875"}
TOLD = ("subtotal_minor", "discount_minor", "tax_minor", "total_minor")
OF_LINE = ("amount_minor", "discount_minor", "tax_minor", "net_minor", "line_total_minor")


def given(random: Random) -> dict[str, Any] | None:
    match random.randrange(4):
        case 0:
            return {"percent": random.choice(["10", "33.3333", "0.5", "100"])}
        case 1:
            return {"minor": random.randint(1, 40)}
    return None


def basket(random: Random) -> dict[str, Any]:
    goods = [("BY-PIECE", 0, "standard"), ("BY-WEIGHT", 3, "reduced"), ("UNTAXED", 0, None)]
    lines = []
    for _ in range(random.randint(1, 5)):
        sku, decimals, tax = random.choice(goods)
        line: dict[str, Any] = {"sku": sku, "decimals": decimals, "price": random.randint(50, 2000)}
        line |= {"quantity": random.randint(1, 5) if not decimals else random.randint(500, 5000)}
        line |= {"tax": tax and {"code": tax, "name": tax, "rate": TAXES[tax]}, "discount": given(random)}
        lines.append(line)
    return {"lines": lines, "discount": given(random)}


def as_asked(discount: dict[str, Any] | None) -> dict[str, Any]:
    return {f"discount_{name}": value for name, value in (discount or {}).items()}


def order(one: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "sku": line["sku"],
            "quantity": line["quantity"],
            "unit_price_minor": line["price"],
            **as_asked(line["discount"]),
        }
        for line in one["lines"]
    ]
    return {"currency": "GBP", "fulfilment": "immediate", "lines": lines, **as_asked(one["discount"])}


def test_the_till_works_out_what_the_server_does(cashier: Cashier) -> None:
    counter = cashier.counter
    for code, rate in TAXES.items():
        counter.back("PUT", f"/taxes/{code}", {"name": code, "rate": rate})
    counter.goods("BY-PIECE", 100, tax_code="standard")
    counter.goods("BY-WEIGHT", 100, tax_code="reduced", unit="kg", quantity_decimals=3)
    counter.goods("UNTAXED", 100)
    random, dry_run = Random(5), "/orders?dry_run=true"
    for inclusive in (True, False):
        baskets = [basket(random) for _ in range(BASKETS)]
        worked_out = json.loads(cashier.page.evaluate(WORK_OUT, [baskets, inclusive]))
        counter.back("PUT", "/store", {"prices_include_tax": inclusive})
        try:
            told = [counter.served.call("POST", dry_run, order(one), role=Role.BACKOFFICE).body for one in baskets]
        finally:
            counter.back("PUT", "/store", {"prices_include_tax": True})
        for mine, theirs in zip(worked_out, told, strict=True):
            if "too_large" in mine or "code" in theirs:
                assert ("too_large" in mine, theirs["code"]) == (True, "discount_too_large")
                continue
            assert {name: mine[name] for name in TOLD} == {name: theirs[name] for name in TOLD}
            assert [{name: line[name] for name in OF_LINE} for line in mine["lines"]] == [
                {name: line[name] for name in OF_LINE} for line in theirs["lines"]
            ]
            assert [(tax["code"], tax["net_minor"], tax["tax_minor"]) for tax in mine["taxes"]] == [
                (tax["code"], tax["net_minor"], tax["tax_minor"]) for tax in theirs["taxes"]
            ]


def test_card_and_cash_together_pay_and_only_cash_gives_change(cashier: Cashier) -> None:
    page = cashier.page
    cashier.add("MUG-RED", times=2)
    cashier.server_agrees()
    cashier.open_pay()
    page.get_by_label("Amount").fill("6")
    page.get_by_role("button", name="Card").click()
    page.get_by_text("Card takes £5.00 at most").wait_for()
    page.get_by_label("Amount").fill("3")
    page.get_by_role("button", name="Card").click()
    page.locator(".left").filter(has_text="£2.00").wait_for()
    page.get_by_label("Amount").fill("10")
    page.get_by_role("button", name="Cash", exact=True).click()
    assert page.locator(".change").inner_text() == "Change £8.00"
    cashier.settled()
    (sold,) = cashier.counter.orders(cashier.terminal)
    paid = {one["method"]: (one["amount_minor"], one["change_minor"]) for one in sold["payments"]}
    assert paid == {"card": (300, 0), "cash": (200, 800)}


def test_a_card_takes_all_of_it_with_one_key(cashier: Cashier) -> None:
    cashier.add("MUG-RED")
    cashier.server_agrees()
    cashier.open_pay()
    cashier.page.get_by_role("button", name="Card").click()
    cashier.settled()
    (sold,) = cashier.counter.orders(cashier.terminal)
    assert [one["method"] for one in sold["payments"]] == ["card"]


def test_a_weight_is_exact_and_taxes_are_shown(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.back("PUT", "/taxes/food", {"name": "Food", "rate": "5"})
    counter.goods("CHEESE", 1290, tax_code="food", unit="kg", quantity_decimals=3, on_hand=100_000)
    page.reload()
    page.get_by_role("button", name="Cheese").wait_for()
    cashier.add("CHEESE")
    for wrong in ("0", "0.1234", "a lot"):
        page.get_by_label("How much (kg)").fill(wrong)
        page.keyboard.press("Enter")
        page.get_by_text("Write a number above 0").wait_for()
    page.get_by_label("How much (kg)").fill("0,345")
    page.keyboard.press("Enter")
    cashier.server_agrees()
    assert cashier.total() == "£4.45"
    assert "Food 5 %" in page.locator(".totals").inner_text()
    page.get_by_role("button", name="Change Cheese").click()
    page.get_by_label("Discount in %").fill("15")
    page.keyboard.press("Enter")
    page.locator(".totals .total").filter(has_text="£3.78").wait_for()
    cashier.pay_cash()
    cashier.settled()
    (sold,) = counter.orders(cashier.terminal)
    assert [(line["quantity"], line["discount_minor"]) for line in sold["lines"]] == [(345, 67)]


def test_cash_is_rounded_to_the_smallest_coin(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.back("PUT", "/store", {"cash_rounding_minor": 5})
    try:
        counter.goods("ODD", 198)
        page.reload()
        page.get_by_role("button", name="Odd").wait_for()
        cashier.add("ODD")
        cashier.open_pay()
        page.get_by_text("In cash £2.00").wait_for()
        page.get_by_label("Amount").fill("1.99")
        page.keyboard.press("Enter")
        page.get_by_text("The smallest coin is £0.05.").wait_for()
        page.get_by_label("Amount").fill("5")
        page.keyboard.press("Enter")
        assert page.locator(".change").inner_text() == "Change £3.00"
        cashier.settled()
    finally:
        counter.back("PUT", "/store", {"cash_rounding_minor": None})
    (sold,) = counter.orders(cashier.terminal)
    assert (sold["paid_minor"], sold["rounding_minor"]) == (200, 2)


def test_a_basket_waits_while_another_customer_is_served(cashier: Cashier) -> None:
    page = cashier.page
    cashier.add("MUG-RED")
    page.get_by_role("button", name="Change Mug-Red").wait_for()
    page.keyboard.press("F4")
    page.get_by_text("Nothing in it yet.").wait_for()
    cashier.add("SCARF-BLUE")
    cashier.pay_cash()
    cashier.settled()
    cashier.next()
    page.get_by_role("button", name="Resume (1)").click()
    page.get_by_role("dialog").locator(".row").click()
    page.locator(".lines li").filter(has_text="£2.50").wait_for()
    assert page.get_by_role("button", name="Resume (0)").is_disabled()
