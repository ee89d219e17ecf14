"""Makes all pictures of docs/pictures anew: `.venv/bin/python -m tests.support.browser.pictures`.

Those of pages show a shop of their own, which is started for that, sells a little, has a command parked and ends; those
of figures are drawn from docs/bench.json.
"""

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

import psycopg
import urllib3

from benchmarks.drawn import keep
from project import env as environment
from project.stack.stack import Stack
from tests.support.browser.library import how_to_start, import_playwright

PICTURES = environment.PROJECT_FOLDER / "docs" / "pictures"
SIZE = {"width": 1000, "height": 620}
ADMIN_SIZE = {"width": 1280, "height": 800}
SALES = 41
PATIENCE_MS = 60_000
BREAK = """
    CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 / 0; END $$;
    CREATE TRIGGER broken BEFORE INSERT ON orders_payment EXECUTE FUNCTION broken()
"""


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Stack(home=Path(scratch) / "home", fresh=True) as stack,
        import_playwright().sync_playwright() as playwright,
    ):
        run = stack.run_info
        browser = playwright.chromium.launch(**how_to_start(Path(scratch)))
        till(opened(browser, SIZE), run)
        for _ in range(SALES):
            sell(run)
        sell(run, quantity=100_000)  # more than there is
        admin = opened(browser, ADMIN_SIZE)
        sign_in(admin, run["admin_url"], json.loads((stack.home / "keys.json").read_text())["admin"]["password"])
        admin.screenshot(path=PICTURES / "console.png")
        with psycopg.connect(run["database_url"], autocommit=True) as database:
            database.execute(BREAK)
        parked(admin, run)
        browser.close()
    keep.main([])


def opened(browser: Any, size: dict[str, int]) -> Any:
    page = browser.new_page(viewport=size, locale="en-GB")
    page.set_default_timeout(PATIENCE_MS)
    return page


def asked(run: dict[str, Any], terminal: str, path: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {run['terminals'][terminal]}", "Prefer": "wait=10"}
    if "tenders" in body:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    return urllib3.request("POST", f"{run['base_url']}/api/v1{path}", json=body, headers=headers).json()


def sell(run: dict[str, Any], *, quantity: int = 1) -> Any:
    """Tea, paid by card; the command."""
    lines = [{"sku": "TEA-EARL-GREY", "quantity": quantity}]
    order = asked(run, "pos", "/orders", id=str(uuid.uuid4()), currency="GBP", fulfilment="immediate", lines=lines)
    tenders = [{"method": "card", "amount_minor": order["total_minor"]}]
    return asked(run, "pos", f"/orders/{order['id']}/pay", tenders=tenders)


def till(page: Any, run: dict[str, Any]) -> None:
    """A basket that is about to be paid, and the receipt."""
    code = asked(run, "backoffice", "/terminals", name="Till 2", role="pos")["code"]
    page.goto(f"{run['base_url']}/till/")
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    page.locator("#found .product").first.wait_for()
    search = page.get_by_label("Product or barcode")
    for typed in ("2*earl", "sourdough", "5012345000121"):
        search.fill(typed)
        page.keyboard.press("Enter")
    page.get_by_text("As the server says.").wait_for()
    page.locator("#said").evaluate("(said) => said.hidden = true")
    page.screenshot(path=PICTURES / "till.png")
    page.keyboard.press("F8")
    page.get_by_label("Amount").fill("30")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("status").filter(has_text="Settled").wait_for()
    page.screenshot(path=PICTURES / "sold.png")


def sign_in(page: Any, address: str, password: str) -> None:
    """To the admin's first page."""
    page.goto(address)
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_text("Does it need a person?").wait_for()
    page.get_by_text(" sells: ").first.wait_for()


def parked(page: Any, run: dict[str, Any]) -> None:
    """A command that failed, where an operator takes it up again."""
    sell(run)
    page.goto(f"{run['admin_url']}orders/command/")
    page.get_by_text("division by zero").first.wait_for()
    page.locator("input[name=_selected_action]").first.check()
    page.screenshot(path=PICTURES / "parked.png")


if __name__ == "__main__":
    main()
