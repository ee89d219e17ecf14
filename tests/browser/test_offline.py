"""The network goes, answers get lost, tabs and browsers are killed: each sale happens once, and is told truly."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from orders.commands.core.roles import Role
from tests.support.browser.library import how_to_start
from tests.support.browser.shop import Counter, kept, wait_for
from tests.support.browser.till import Cashier

COMMANDS = "**/api/v1/commands"
NO_ANSWERS = [
    (200, "text/html", "<h1>Welcome to our hotel</h1>"),
    (404, "text/html", "<h1>Welcome to our hotel</h1>"),
    (400, "application/problem+json", '{"code": "host_unknown", "detail": "The server is not called so."}'),
]
"""Ringup's own, too: whatever the call brings is refused."""


def sell(cashier: Cashier, sku: str = "MUG-RED") -> None:
    cashier.add(sku)
    cashier.pay_cash()


def test_the_network_is_pulled_in_mid_sale_and_comes_back(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    cashier.add("SCARF-BLUE")
    cashier.server_agrees()
    cashier.open_pay()
    page.context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Not sent yet").wait_for()
    assert "PROVISIONAL RECEIPT" in page.get_by_label("Receipt").inner_text()
    cashier.next()
    sell(cashier)
    cashier.next()
    kept_now = cashier.kept()
    assert [row["state"] for row in kept_now] == ["unsent", "unsent"]
    assert [row["body"].get("shortage") for row in kept_now] == ["record", "record"]
    assert counter.orders(cashier.terminal) == []
    page.context.set_offline(False)
    wait_for(lambda: [row["state"] for row in cashier.kept()] == ["succeeded", "succeeded"])
    sold = counter.orders(cashier.terminal)
    assert {order["sold_at"][:19] for order in sold} == {row["order"]["sold_at"][:19] for row in kept_now}
    assert [row["command"]["sequence"] for row in cashier.kept()] == [1, 2]


def test_an_answer_that_is_lost_is_asked_for_under_the_same_key(cashier: Cashier) -> None:
    page, sent = cashier.page, []

    def lose(route: Any) -> None:
        sent.append(route.request.post_data_json[0])
        if len(sent) == 1:
            route.fetch()  # the server has it
            route.abort()
        else:
            route.continue_()

    page.route(COMMANDS, lose)
    sell(cashier)
    cashier.settled()
    assert sent[0] == sent[1]
    assert len(cashier.counter.orders(cashier.terminal)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_called_when_it_said_and_not_before(cashier: Cashier, status: int) -> None:
    """Nor for a sale that comes meanwhile. A key says whether one was sent again, a clock when."""
    page, calls = cashier.page, []

    def busy(route: Any) -> None:
        calls.append((time.monotonic(), [item["key"] for item in route.request.post_data_json]))
        if len(calls) > 1:
            route.continue_()
            return
        body = json.dumps({"code": "server_busy", "detail": "Come back in 1 s."})
        headers = {"Content-Type": "application/problem+json", "Retry-After": "1"}
        route.fulfill(status=status, headers=headers, body=body)

    page.route(COMMANDS, busy)
    sell(cashier)
    wait_for(lambda: cashier.kept() and calls)
    page.evaluate("import('/till/lib/sender.js').then(({ nudge }) => nudge())")
    cashier.settled()
    (first_at, first), (second_at, second), *_ = calls
    assert second == first
    assert 0.95 <= second_at - first_at < 5


def test_what_comes_while_the_till_looks_for_work_is_sent(cashier: Cashier) -> None:
    """Its look at its own store ends late, and shows the store as it was."""
    cashier.page.evaluate(
        """async () => {
            const [{ nudge }, { submit }] = [await import('/till/lib/sender.js'), await import('/till/lib/outbox.js')];
            const getAll = IDBIndex.prototype.getAll;
            IDBIndex.prototype.getAll = function (...asked) {
                const request = getAll.apply(this, asked);
                return {
                    set onsuccess(heard) { request.onsuccess = () => setTimeout(heard, 500); },
                    get result() { return request.result; },
                };
            };
            nudge();
            await new Promise((looking) => setTimeout(looking, 100));
            await submit({ kind: 'drawer_open', body: { float_minor: 0 } });
            nudge();
        }"""
    )
    wait_for(lambda: [row["state"] for row in cashier.kept()] == ["succeeded"])


def test_what_answers_in_place_of_the_server_is_no_answer(cashier: Cashier) -> None:
    page, sent = cashier.page, []

    def login_page(route: Any) -> None:
        sent.append(route.request.post_data_json[0])
        if len(sent) > len(NO_ANSWERS):
            route.continue_()
        else:
            status, content_type, body = NO_ANSWERS[len(sent) - 1]
            route.fulfill(status=status, content_type=content_type, body=body)

    page.route(COMMANDS, login_page)
    sell(cashier)
    cashier.settled()
    assert sent == [sent[0]] * (len(NO_ANSWERS) + 1)


def test_a_sale_that_cannot_be_kept_is_not_sold(cashier: Cashier) -> None:
    """Its disk is full, for instance."""
    page = cashier.page
    cashier.add("MUG-RED")
    cashier.open_pay()
    page.evaluate("() => { IDBObjectStore.prototype.add = () => { throw new Error('The disk is full.'); } }")
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="The disk is full. The basket is still there.").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Change Mug-Red").wait_for()
    assert cashier.kept() == []


def test_what_stock_refuses_is_told_with_what_to_do_and_recorded(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("LAST-ONE", 700, on_hand=1)
    page.reload()
    page.get_by_role("button", name="Last-One").wait_for()
    cashier.add("LAST-ONE", times=2)
    cashier.pay_cash()
    cashier.dialog.get_by_text("Are the goods gone?").wait_for()
    cashier.next()
    page.get_by_text("1 refused").wait_for()
    cashier.go("Sales")
    cashier.entry(1).get_by_role("button", name="Record the sale").click()
    cashier.entry(2).get_by_text("Settled").wait_for()
    cashier.entry(1).get_by_text("dealt with").wait_for()
    (order,) = counter.orders(cashier.terminal)
    assert order["status"] == "paid"
    shortfalls = counter.back("GET", "/inventory/shortfalls").body["items"]
    assert [one["quantity"] for one in shortfalls if one["sku"] == "LAST-ONE"] == [1]


def test_a_refused_sale_goes_back_into_the_basket_and_its_draft_is_cancelled(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("NONE-LEFT", 700, on_hand=0)
    page.reload()
    page.get_by_role("button", name="None-Left").wait_for()
    sell(cashier, "NONE-LEFT")
    cashier.dialog.get_by_text("Are the goods gone?").wait_for()
    cashier.next()
    cashier.go("Sales")
    cashier.entry(1).get_by_role("button", name="Back to the basket").click()
    page.get_by_role("button", name="Change None-Left").wait_for()
    wait_for(lambda: [order["status"] for order in counter.orders(cashier.terminal)] == ["cancelled"])


def test_what_the_server_cannot_take_keeps_nothing_else_back(cashier: Cashier) -> None:
    """A product goes from under a sale that was kept: it is refused in words, and the next one is settled."""
    page = cashier.page
    page.context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    for _ in range(2):
        sell(cashier)
        cashier.next()
    page.evaluate(
        """async () => {
            const store = await import('/till/lib/store.js');
            const [row] = await store.all('commands');
            await store.put('commands', { ...row, order: { ...row.order, lines: [{ sku: 'GONE', quantity: 1 }] } });
        }"""
    )
    page.context.set_offline(False)
    cashier.go("Sales")
    cashier.entry(2).get_by_text("Settled").wait_for()
    cashier.entry(1).get_by_text("The store has no product GONE.").wait_for()
    cashier.entry(1).get_by_text("no longer has this product").wait_for()


@pytest.fixture
def profile(counter: Counter, playwright: Any, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """A browser that keeps what it knows on the disk, as a shop's does."""
    contexts = []

    def started() -> Any:
        how = how_to_start(tmp_path)
        contexts.append(playwright.chromium.launch_persistent_context(str(tmp_path / "profile"), **how))
        return contexts[-1]

    yield started
    for context in contexts:
        with suppress(Exception):
            context.close()


def kill_browser(folder: Path) -> None:
    """All its processes at once, as a power cut would."""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with suppress(OSError):
                if str(folder).encode() in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)


def test_a_killed_browser_loses_neither_sales_nor_the_basket(
    counter: Counter, profile: Callable[[], Any], tmp_path: Path
) -> None:
    context = profile()
    cashier = Cashier(context.pages[0], counter, counter.terminal(Role.POS))
    cashier.enrol()
    context.set_offline(True)
    cashier.page.get_by_text("Offline: sales are kept").wait_for()
    sell(cashier)
    cashier.next()
    cashier.add("SCARF-BLUE")
    cashier.page.get_by_role("button", name="Change Scarf-Blue").wait_for()
    kill_browser(tmp_path / "profile")
    page = profile().pages[0]
    page.goto(counter.address)
    page.get_by_role("button", name="Change Scarf-Blue").wait_for()
    wait_for(lambda: [row["state"] for row in kept(page)] == ["succeeded"])
    assert page.locator(".lines li").count() == 1
    assert len(counter.orders(cashier.terminal)) == 1
