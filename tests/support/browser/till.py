"""What a cashier does at a till in the browser: keys and buttons, found by what they are called."""

import re
from dataclasses import dataclass
from typing import Any

from tests.support.browser.shop import Counter, Terminal, kept

SETTLED = re.compile("Settled")


@dataclass(frozen=True, slots=True)
class Cashier:
    page: Any
    counter: Counter
    terminal: Terminal

    def enrol(self, code: str | None = None) -> None:
        self.page.goto(self.counter.address)
        self.page.get_by_label("Code").fill(code or self.terminal.code)
        self.page.keyboard.press("Enter")
        self.search.wait_for()
        self.page.locator("#found .product").first.wait_for()

    @property
    def search(self) -> Any:
        return self.page.get_by_label("Product or barcode")

    @property
    def dialog(self) -> Any:
        return self.page.get_by_role("dialog")

    def add(self, text: str, *, times: int = 1) -> None:
        """By the keyboard, as a scanner does."""
        self.search.fill(f"{times}*{text}" if times > 1 else text)
        self.page.keyboard.press("Enter")

    def total(self) -> str:
        return str(self.page.locator(".totals .total dd").inner_text())

    def server_agrees(self) -> None:
        """Until the totals are the server's."""
        self.page.get_by_text("As the server says.").wait_for()

    def open_pay(self) -> None:
        self.page.keyboard.press("F8")
        self.page.get_by_label("Amount").wait_for()

    def pay_cash(self, amount: str | None = None) -> None:
        self.open_pay()
        if amount:
            self.page.get_by_label("Amount").fill(amount)
        self.page.keyboard.press("Enter")
        self.page.locator(".change").wait_for()

    def settled(self) -> None:
        """Until the sale in the dialog is settled."""
        self.dialog.get_by_role("status").filter(has_text=SETTLED).wait_for()

    def next(self) -> None:
        self.page.get_by_role("button", name="Next").click()

    def go(self, name: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()
        self.page.get_by_role("heading", name=name, level=1).wait_for()

    def entry(self, sequence: int) -> Any:
        """A command in the list of sales."""
        return self.page.locator(f"[data-sequence='{sequence}']")

    def kept(self) -> list[dict[str, Any]]:
        return kept(self.page)
