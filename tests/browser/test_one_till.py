"""One browser is one till: of its tabs one sells, its key may end, and its clock may be wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.support.browser.shop import Counter, wait_for
from tests.support.browser.till import Cashier

TAKEN = "The till is in another tab"


def test_of_two_tabs_one_is_the_till_and_the_other_may_take_it_over(cashier: Cashier) -> None:
    first, context = cashier.page, cashier.page.context
    context.set_offline(True)
    first.get_by_text("Offline: sales are kept").wait_for()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.next()
    context.set_offline(False)
    second = context.new_page()
    second.goto(cashier.counter.address)
    second.get_by_role("heading", name="The till is open in another tab").wait_for()
    second.get_by_role("button", name="Take it over").click()
    second.get_by_label("Product or barcode").wait_for()
    first.get_by_role("heading", name=TAKEN).wait_for()
    other = Cashier(second, cashier.counter, cashier.terminal)
    other.add("MUG-RED")
    other.pay_cash()
    other.settled()
    wait_for(lambda: [row["state"] for row in other.kept()] == ["succeeded", "succeeded"])
    assert [row["sequence"] for row in other.kept()] == [1, 2]
    assert len(cashier.counter.orders(cashier.terminal)) == 2


def test_a_tab_that_waits_is_the_till_once_the_other_is_closed(cashier: Cashier) -> None:
    second = cashier.page.context.new_page()
    second.goto(cashier.counter.address)
    second.get_by_role("heading", name="The till is open in another tab").wait_for()
    cashier.page.close()
    second.get_by_label("Product or barcode").wait_for()


def test_a_tab_that_is_no_longer_the_till_keeps_no_sale(cashier: Cashier) -> None:
    page = cashier.page
    cashier.add("MUG-RED")
    cashier.open_pay()
    page.evaluate("() => void navigator.locks.request('ringup-till', { steal: true }, () => new Promise(() => {}))")
    page.get_by_role("heading", name=TAKEN).wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert cashier.kept() == []


def test_a_key_that_ends_is_told_and_a_new_code_sends_what_was_kept(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    code = counter.code_for(cashier.terminal)
    elsewhere = page.context.browser.new_context().new_page()
    Cashier(elsewhere, counter, cashier.terminal).enrol(code)
    elsewhere.context.close()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    page.get_by_text("Not sent yet").wait_for()
    cashier.next()
    page.get_by_role("alert").filter(has_text="Sales are kept here").wait_for()
    page.get_by_role("link", name="then enrol again").click()
    page.get_by_label("Code").fill(counter.code_for(cashier.terminal))
    page.get_by_role("button", name="Enrol").click()
    wait_for(lambda: [order["status"] for order in counter.orders(cashier.terminal)] == ["paid"])


def test_sales_of_one_till_wait_while_the_browser_is_another(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    page.context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.next()
    page.route("**/api/v1/commands", lambda route: route.abort())
    page.context.set_offline(False)
    other = counter.terminal()
    cashier.go("Till")
    page.get_by_text("Enrol again").first.click()
    page.get_by_label("Code").fill(other.code)
    page.get_by_role("button", name="Enrol").click()
    page.locator("#bar").get_by_text(other.name, exact=True).wait_for()
    page.unroute("**/api/v1/commands")
    page.get_by_text(f"1 sale of {cashier.terminal.name} waits").wait_for()
    assert counter.orders(other) == counter.orders(cashier.terminal) == []
    page.get_by_text("Enrol again").first.click()
    page.get_by_label("Code").fill(counter.code_for(cashier.terminal))
    page.get_by_role("button", name="Enrol").click()
    wait_for(lambda: len(counter.orders(cashier.terminal)) == 1)


def test_sales_of_a_revoked_till_are_sent_as_those_of_its_successor_and_none_twice(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter

    def lose(route: Any) -> None:
        route.fetch()  # the first sale arrives, and its answer does not
        route.abort()

    page.route("**/api/v1/commands", lose)
    cashier.add("MUG-RED")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/api/v1/commands")):
        cashier.pay_cash()
    page.unroute("**/api/v1/commands")
    page.route("**/api/v1/commands*", lambda route: route.abort())
    cashier.next()
    cashier.add("SCARF-BLUE")
    cashier.pay_cash()
    cashier.next()
    counter.back("POST", f"/terminals/{cashier.terminal.id}/revoke")
    page.unroute("**/api/v1/commands*")
    page.get_by_role("alert").filter(has_text="or of another till if it was revoked").wait_for()
    page.get_by_role("link", name="then enrol again").click()
    successor = counter.terminal()
    page.get_by_label("Code").fill(successor.code)
    page.get_by_role("button", name="Enrol").click()
    page.get_by_role("button", name=f"{cashier.terminal.name} was revoked").click()
    page.get_by_role("button", name="Send its sales").click()
    cashier.go("Sales")
    cashier.entry(2).get_by_text("Settled").wait_for()
    cashier.entry(1).get_by_text("do not take the money twice").wait_for()
    assert [order["status"] for order in counter.orders(cashier.terminal)] == ["paid"]
    assert [order["status"] for order in counter.orders(successor)] == ["paid"]


@pytest.mark.parametrize("off", [timedelta(hours=3), timedelta(hours=-3)], ids=["fast", "slow"])
def test_a_wrong_clock_is_told_and_sales_bear_the_servers_time(
    counter: Counter, new_context: Callable[..., Any], off: timedelta
) -> None:
    page = new_context().new_page()
    page.clock.install(time=datetime.now(UTC) + off)
    cashier = Cashier(page, counter, counter.terminal())
    cashier.enrol()
    page.get_by_text(f"clock is 3 hours {'fast' if off > timedelta() else 'slow'}").wait_for()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    (order,) = counter.orders(cashier.terminal)
    assert abs(datetime.fromisoformat(order["sold_at"]) - datetime.now(UTC)) < timedelta(minutes=2)


def test_a_time_that_the_server_refuses_is_told_and_sent_again_right(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)

    def misdate(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "date": tomorrow})

    page.route("**/api/v1/orders?dry_run=true", misdate)
    cashier.add("MUG-RED")
    page.get_by_text("This device's clock is").wait_for()
    cashier.pay_cash()
    cashier.dialog.get_by_text("clock was wrong").wait_for()
    page.unroute("**/api/v1/orders?dry_run=true")
    page.get_by_text("This device's clock is").wait_for(state="hidden")
    cashier.next()
    cashier.go("Sales")
    cashier.entry(1).get_by_role("button", name="Send with the right time").click()
    cashier.entry(2).get_by_text("Settled").wait_for()
    assert len(counter.orders(cashier.terminal)) == 1
