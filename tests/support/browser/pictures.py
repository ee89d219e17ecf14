"""Makes the pictures of docs/pictures anew while `./ringup up` runs: `python -m tests.support.browser.pictures`.

They show the demo's shop. It gets a terminal of its own for that, which is revoked in the end, and sells a little.
"""

import json
import tempfile
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from project import env as environment
from tests.support.browser.library import how_to_start, import_playwright

PICTURES = environment.PROJECT_FOLDER / "docs" / "pictures"
SIZE = {"width": 1000, "height": 620}
CONSOLE_SIZE = {"width": 1280, "height": 800}
SALES = 41
PATIENCE_MS = 20_000


def main() -> None:
    home = environment.current().ringup_home
    run = json.loads((home / "run.json").read_text())
    password = json.loads((home / "keys.json").read_text())["admin"]["password"]
    terminals = f"{run['base_url']}/api/v1/terminals"
    headers = {"Authorization": f"Bearer {run['terminals']['backoffice']}"}
    named = {"name": f"Till {datetime.now(UTC):%H:%M:%S}", "role": "pos"}
    made = urllib3.request("POST", terminals, json=named, headers=headers).json()
    PICTURES.mkdir(exist_ok=True)
    with import_playwright().sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(**how_to_start(Path(scratch)))
        page = browser.new_page(viewport=SIZE, locale="en-GB")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{run['base_url']}/till/")
        till(page, made["code"])
        sell(f"{run['base_url']}/api/v1", run["terminals"]["pos"])
        console(browser.new_page(viewport=CONSOLE_SIZE, locale="en-GB"), run["admin_url"], password)
        browser.close()
    urllib3.request("POST", f"{terminals}/{made['terminal']['id']}/revoke", headers=headers)


def sell(api: str, key: str) -> None:
    """Tea, one after the other; the last is more than there is."""
    headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=10"}
    for n in range(SALES + 1):
        lines = [{"sku": "TEA-EARL-GREY", "quantity": 1 if n < SALES else 100_000}]
        order = {"id": str(uuid.uuid4()), "currency": "GBP", "fulfilment": "immediate", "lines": lines}
        total = urllib3.request("POST", f"{api}/orders", json=order, headers=headers).json()["total_minor"]
        paid = {"tenders": [{"method": "card", "amount_minor": total}]}
        keyed = {**headers, "Idempotency-Key": f"pay-{order['id']}"}
        urllib3.request("POST", f"{api}/orders/{order['id']}/pay", json=paid, headers=keyed)


def console(page: Any, address: str, password: str) -> None:
    """The admin's first page."""
    page.goto(address)
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.get_by_text("Does it need a person?").wait_for()
    page.get_by_text(" sells: ").first.wait_for()
    page.screenshot(path=PICTURES / "console.png")


def till(page: Any, code: str) -> None:
    """A basket that is about to be paid."""
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    page.locator("#found .product").first.wait_for()
    search = page.get_by_label("Product or barcode")
    for typed in ("2*earl", "sourdough", "5012345000121"):
        search.fill(typed)
        page.keyboard.press("Enter")
    page.get_by_text("As the server says.").wait_for()
    page.locator("#said").evaluate("(said) => said.remove()")
    page.screenshot(path=PICTURES / "till.png")


if __name__ == "__main__":
    main()
