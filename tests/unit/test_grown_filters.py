"""Whatever a call lets be asked for is asked of a grown shop: a filter that comes later is missed here."""

from pathlib import Path

import pytest

from tests.grown.test_lists import MOVEMENTS, ORDERS
from tests.support.shop.till import PREFIX, document

GROWN = Path(__file__).parents[1] / "grown"
PAGES = {"cursor", "limit"}
REPORTED = "test_lists.py", "test_low_stock_and_shortfalls"
GAPS = "test_reads.py", "test_what_a_till_has_lost"

# By call: what it is asked by, and where that is tried.
TRIED: dict[str, tuple[set[str], tuple[str, str]]] = {
    "/orders": (set(ORDERS), ("test_lists.py", "test_orders")),
    "/inventory/movements": (set(MOVEMENTS), ("test_lists.py", "test_movements")),
    "/inventory/low-stock": ({"acknowledged", "recovered"}, REPORTED),
    "/inventory/shortfalls": ({"acknowledged", "counted"}, REPORTED),
    "/products": ({"query"}, ("test_reads.py", "test_products_are_found_by_their_words")),
    "/commands": ({"key", "terminal"}, ("test_reads.py", "test_commands")),
    "/changes": ({"after"}, ("test_changes.py", "test_far_down")),
    "/closings": ({"terminal", "since"}, ("test_drawers.py", "test_closings")),
    "/drawer": ({"terminal"}, ("test_drawers.py", "test_one_closing_and_what_is_asked_of_an_open_drawer")),
    "/terminals/me/gaps": ({"since"}, GAPS),
    "/terminals/{terminal_id}/gaps": ({"since"}, GAPS),
}
OF_ONE_ORDER = {"/orders/{order_id}/receipt"}
"""However many there are, this reads what belongs to one."""


def test_every_filter_of_the_document_is_tried() -> None:
    asked = {
        path.removeprefix(PREFIX): {one["name"] for one in calls["get"].get("parameters", ()) if one["in"] == "query"}
        for path, calls in document()["paths"].items()
        if "get" in calls
    }
    by = {path: names - PAGES for path, names in asked.items() if names - PAGES}
    assert {path: names for path, names in by.items() if path not in OF_ONE_ORDER} == {
        path: names for path, (names, _) in TRIED.items()
    }


@pytest.mark.parametrize("path", TRIED)
def test_it_is_tried_where_it_is_said(path: str) -> None:
    _, (file, test) = TRIED[path]
    assert f"def {test}(" in (GROWN / file).read_text()
