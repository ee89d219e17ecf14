"""A cashier with a queue: the scanner goes on, whatever is on the screen."""

from tests.support.browser.till import Cashier

MUG, SCARF = "5000000000128", "5000000000135"


def test_no_barcode_is_lost_and_none_becomes_money(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("QUEUED-MUG", 250, name="Queued mug", gtin=MUG)
    counter.goods("QUEUED-SCARF", 900, name="Queued scarf", gtin=SCARF)
    page.reload()
    page.get_by_role("button", name="Queued scarf").wait_for()
    page.keyboard.type(f"5000000000999\n{MUG}\n")
    page.get_by_role("button", name="Change Queued mug").wait_for()
    page.keyboard.press("F4")
    page.get_by_role("button", name="Resume (1) (F4)").wait_for()
    page.keyboard.type(f"{SCARF}\n")
    page.get_by_role("button", name="Change Queued scarf").wait_for()
    cashier.open_pay()
    page.keyboard.type(f"{MUG}\n")
    cashier.dialog.get_by_text("Write an amount").wait_for()
    page.keyboard.type("10\n")
    cashier.settled()
    page.keyboard.type(f"{MUG}\n")
    page.get_by_role("button", name="Change Queued mug").wait_for()
    assert cashier.dialog.count() == 0
    cashier.pay_cash()
    cashier.settled()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing in it yet.").wait_for()
    page.keyboard.press("F4")
    cashier.dialog.get_by_text("Queued mug").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change Queued mug").wait_for()
    assert [order["total_minor"] for order in counter.orders(cashier.terminal)] == [250, 900]
