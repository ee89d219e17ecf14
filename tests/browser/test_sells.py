"""The counter: a browser becomes a till, and sells."""

import re

from orders.commands.core.roles import Role
from tests.support.browser.shop import Counter, wait_for
from tests.support.browser.till import Cashier


def test_by_the_keyboard_alone_a_sale_is_paid_in_cash_and_its_receipt_is_there(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    cashier.add("MUG-RED", times=2)
    cashier.server_agrees()
    assert cashier.total() == "£5.00"
    cashier.pay_cash("20")
    assert page.locator(".change").inner_text() == "Change £15.00"
    cashier.settled()
    (order,) = counter.orders(cashier.terminal)
    receipt = page.get_by_label("Receipt")
    receipt.filter(has_text=order["invoice_number"]).wait_for()
    assert "Change" in receipt.inner_text()
    page.keyboard.press("Enter")
    page.get_by_text("Nothing in it yet.").wait_for()
    assert (order["status"], order["total_minor"], order["sold_at"] is None) == ("paid", 500, False)
    (command,) = cashier.kept()
    assert command["command"]["sequence"] == command["sequence"] == 1


def test_the_receipt_alone_is_printed(cashier: Cashier) -> None:
    page = cashier.page
    page.evaluate("window.print = () => (window.printed = document.getElementById('paper').textContent)")
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    page.get_by_label("Receipt").filter(has_text="INV").wait_for()
    page.get_by_role("button", name="Print").click()
    assert "RECEIPT" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator("#paper").is_visible()
    assert not page.locator("#view").is_visible()


def test_a_code_that_is_no_good_is_told_in_words(counter: Counter, cashier: Cashier) -> None:
    page = cashier.page.context.browser.new_context().new_page()
    page.goto(counter.address)
    page.get_by_label("Code").fill("AAAA2222")
    page.keyboard.press("Enter")
    page.get_by_text("unknown, used or too old").wait_for()
    page.get_by_label("Code").fill(counter.terminal(Role.AUDITOR).code)
    page.keyboard.press("Enter")
    page.get_by_text("whose role auditor may not sell").wait_for()
    page.context.close()


def test_products_are_found_by_part_of_a_name_whatever_its_case_and_by_barcode(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("CAFE-CREME", 310, name="Café crème", gtin="4006381333931")
    page.get_by_role("link", name="Till", exact=True).click()
    page.get_by_role("button", name="Fetch products").click()
    page.get_by_text("were fetched").wait_for()
    cashier.go("Sell")
    cashier.search.fill("CAFE cre")
    page.get_by_role("button", name=re.compile("Café crème")).wait_for()
    page.locator("h2", has_text="Basket").click()  # the scanner types wherever the focus is
    cashier.search.fill("")
    page.keyboard.type("4006381333931\n")
    page.get_by_role("button", name="Change Café crème").wait_for()


def test_a_scanner_is_never_too_quick(cashier: Cashier) -> None:
    """It types the next barcode while the one before is being put into the basket."""
    page = cashier.page
    page.evaluate(
        """() => {
            const form = document.querySelector('form[role=search]'), field = form.querySelector('input');
            for (const code of ['MUG-RED', 'SCARF-BLUE', '2*MUG-RED', 'TEA-80']) {
                field.value = code;
                form.requestSubmit();
            }
        }"""
    )
    page.locator(".lines li").nth(2).wait_for()
    assert page.locator(".lines output").all_inner_texts() == ["3", "1", "1"]
    more = page.get_by_role("button", name="One Mug-Red more")
    more.evaluate("(button) => { button.click(); button.click(); }")
    page.locator(".lines output").filter(has_text="5").wait_for()


def test_a_camera_reads_a_barcode_where_the_browser_can(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("SCANNED", 150, gtin="5012345678900")
    page.add_init_script(
        "window.BarcodeDetector = class { async detect() { return [{ rawValue: '5012345678900' }]; } };"
    )
    page.reload()
    page.get_by_role("button", name="Scanned").wait_for()
    page.get_by_role("button", name="Scan", exact=True).click()
    page.get_by_role("button", name="Change Scanned").wait_for()


def test_an_order_that_the_server_refuses_is_not_paid(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.back("PUT", "/store", {"pos_discount_limit_percent": "10"})
    try:
        cashier.add("MUG-RED")
        page.get_by_role("button", name="Discount").click()
        page.get_by_label("Discount in %").fill("50")
        page.keyboard.press("Enter")
        page.get_by_text("needs the role supervisor").wait_for()
        assert page.get_by_role("button", name="Pay").is_disabled()
    finally:
        counter.back("PUT", "/store", {"pos_discount_limit_percent": None})
    assert wait_for(lambda: cashier.kept() == [])
