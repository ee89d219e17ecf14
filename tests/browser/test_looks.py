"""Who sees badly, has no mouse, or has a telephone's width, can use every page."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.commands.core.roles import Role
from tests.support.browser.library import axe_script
from tests.support.browser.shop import Counter
from tests.support.browser.till import Cashier

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"narrow": (400, 800), "wide": (1400, 900)}


def look(page: Any) -> None:
    """Axe finds nothing, and nothing is wider than the page."""
    page.evaluate(axe_script())
    found = page.evaluate("(rules) => axe.run(document, { runOnly: rules })", RULES)["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize(("scheme", "width"), [("light", "wide"), ("dark", "narrow")])
def test_every_page_can_be_read(counter: Counter, new_context: Callable[..., Any], scheme: str, width: str) -> None:
    size = {"width": WIDTHS[width][0], "height": WIDTHS[width][1]}
    page = new_context(color_scheme=scheme, viewport=size, bypass_csp=True).new_page()
    cashier = Cashier(page, counter, counter.terminal(Role.SUPERVISOR))
    page.goto(counter.address)
    page.get_by_label("Code").wait_for()
    look(page)
    cashier.enrol()
    look(page)
    cashier.add("MUG-RED", times=3)
    cashier.server_agrees()
    look(page)
    page.get_by_role("button", name="Change Mug-Red").click()
    look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("F9")
    page.get_by_label("Name").fill("Stationers & Sons")
    look(page)
    page.keyboard.press("Enter")
    page.get_by_text("For Stationers & Sons").wait_for()
    look(page)
    cashier.open_pay()
    look(page)
    page.keyboard.press("Enter")
    cashier.settled()
    look(page)
    cashier.next()
    for name in ("Sales", "Drawer", "Till"):
        cashier.go(name)
        look(page)
    cashier.go("Returns")
    page.get_by_label("Number on the receipt").fill(str(counter.orders(cashier.terminal)[0]["number"]))
    page.keyboard.press("Enter")
    page.get_by_label("How many came back").wait_for()
    look(page)
    page.context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    look(page)


def test_the_focus_stays_where_it_was_while_the_basket_is_drawn_anew(cashier: Cashier) -> None:
    page = cashier.page
    cashier.add("MUG-RED")
    more = page.get_by_role("button", name="One Mug-Red more")
    more.focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    page.locator(".lines output").filter(has_text="4").wait_for()
    cashier.server_agrees()
    assert more.evaluate("(button) => button === document.activeElement")


def test_a_dialog_gives_the_focus_back(cashier: Cashier) -> None:
    """Also to a line that was drawn anew behind it, as every answer about what the basket comes to does."""
    page = cashier.page
    cashier.add("MUG-RED")
    page.get_by_text("Mug-Red added.").wait_for()
    line = page.get_by_role("button", name="Change Mug-Red")
    line.focus()
    drawn = line.element_handle()
    page.keyboard.press("Enter")
    page.get_by_label("How many").wait_for()
    page.evaluate("async () => (await import('/till/lib/quote.js')).requote()")
    assert not drawn.evaluate("(line) => line.isConnected")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.ariaLabel === 'Change Mug-Red'")
