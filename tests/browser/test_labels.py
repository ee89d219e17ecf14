"""What the shop's own scale has printed is scanned like any other barcode."""

from tests.support.browser.till import Cashier

WEIGHED, PRICED = "2100042000001", "2200017000002"


def test_a_label_says_what_a_piece_weighs_or_costs(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("BRIE", 1290, gtin=WEIGHED, unit="kg", quantity_decimals=3, on_hand=50_000)
    counter.goods("QUICHE", 0, gtin=PRICED)
    page.reload()
    page.get_by_role("button", name="Quiche").wait_for()
    for n, scanned in enumerate(("2100042003453", "2100042012509", "2200017003454", "2200017012500")):
        page.keyboard.type(f"{scanned}\n")
        page.locator(".lines li").nth(n).wait_for()
    assert page.locator(".lines li .amount").all_inner_texts() == ["£4.45", "£16.13", "£3.45", "£12.50"]
    page.keyboard.type("2200017003450\n")
    page.get_by_text("Nothing is called 2200017003450.").wait_for()
    cashier.search.fill("")
    cashier.server_agrees()
    assert cashier.total() == "£36.53"
    cashier.pay_cash()
    cashier.settled()
    (order,) = counter.orders(cashier.terminal)
    assert [(line["sku"], line["quantity"], line["unit_price_minor"]) for line in order["lines"]] == [
        ("BRIE", 345, 1290),
        ("BRIE", 1250, 1290),
        ("QUICHE", 1, 345),
        ("QUICHE", 1, 1250),
    ]
