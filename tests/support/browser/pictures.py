"""Makes the pictures of docs/pictures anew while `./ringup up` runs: `python -m tests.support.browser.pictures`.

They show the demo's shop. It gets a terminal of its own for that, which is revoked in the end.
"""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from project import env as environment
from tests.support.browser.library import how_to_start, import_playwright

PICTURES = environment.PROJECT_FOLDER / "docs" / "pictures"
SIZE = {"width": 1000, "height": 620}
PATIENCE_MS = 20_000


def main() -> None:
    run = json.loads((environment.current().ringup_home / "run.json").read_text())
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
        browser.close()
    urllib3.request("POST", f"{terminals}/{made['terminal']['id']}/revoke", headers=headers)


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
