"""A sale to somebody whose name the receipt has to bear."""

from tests.support.browser.till import Cashier


def test_a_customer_is_named_by_the_keyboard_and_stands_on_the_receipt_of_that_sale_alone(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    cashier.add("MUG-RED")
    page.keyboard.press("F9")
    page.get_by_label("Tax number").fill("GB 999 9999 73")
    page.keyboard.press("Enter")
    page.get_by_text("Write the name, too.").wait_for()
    page.get_by_label("Name").fill("Stationers & Sons")
    page.keyboard.press("Enter")
    page.get_by_text("For Stationers & Sons, GB 999 9999 73").wait_for()
    cashier.server_agrees()
    page.reload()
    page.get_by_text("For Stationers & Sons, GB 999 9999 73").wait_for()
    cashier.pay_cash()
    cashier.settled()
    receipt = page.get_by_label("Receipt")
    receipt.filter(has_text="INV").filter(has_text="Stationers & Sons").filter(has_text="GB 999 9999 73").wait_for()
    cashier.next()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    assert [order["customer"] and order["customer"]["name"] for order in counter.orders(cashier.terminal)] == [
        None,
        "Stationers & Sons",
    ]
