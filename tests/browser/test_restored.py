"""A till whose server was restored sends once more what it did, with the numbers on its receipts."""

from typing import Any

from tests.support.browser.shop import wait_for
from tests.support.browser.till import Cashier


def test_what_the_server_still_has_happens_no_second_time(cashier: Cashier) -> None:
    page, sent = cashier.page, []
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    cashier.next()
    (before,) = cashier.kept()
    number = before["command"]["result"]["invoice_number"]

    def look(route: Any) -> None:
        sent.extend(route.request.post_data_json)
        route.continue_()

    page.route("**/api/v1/commands", look)
    cashier.go("Till")
    page.get_by_text("The server was restored").click()
    page.get_by_label("Hours back").fill("1")
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("1 is sent again.").wait_for()
    wait_for(lambda: [row["state"] for row in cashier.kept()] == ["succeeded"])
    assert [(one["key"], one["body"]["printed_number"]) for one in sent] == [(before["key"], number)]
    (after,) = cashier.kept()
    assert after["command"]["result"]["invoice_number"] == number
    assert len(cashier.counter.orders(cashier.terminal)) == 1
