"""A thing has one address and one name: ids and numbers are taken as answers write them."""

from collections.abc import Callable
from typing import Any

import pytest

from base.http.paging import cursor_of
from tests.support.shop.till import Till

ODD_IDS: dict[str, Callable[[str], str]] = {
    "in braces": lambda given: f"{{{given}}}",
    "as a URN": lambda given: f"urn:uuid:{given}",
    "without dashes": lambda given: given.replace("-", ""),
    "with a dash elsewhere": lambda given: given.replace("-", "", 1) + "-",
    "with a blank": lambda given: f"{given} ",
}
ODD_NUMBERS: dict[str, str] = {
    "with a sign": "%2B{}",
    "with zeros": "0{}",
    "with a blank": "%20{}",
    "with decimals": "{}.0",
    "with an underscore": "1_{}",
    "in other digits": "%D9%A3",
}


@pytest.mark.parametrize("way", ODD_IDS)
def test_an_id_in_another_form_names_nothing(pos: Till, supervisor: Till, way: str) -> None:
    order_id = str(pos.sell())
    odd = ODD_IDS[way](order_id)
    for path in (f"/orders/{odd}", f"/orders/{odd}/history", f"/commands/{odd}", f"/closings/{odd}"):
        refused = pos.get(path.replace(" ", "%20"))
        assert (refused.status, refused.code) == (404, "route_not_found"), path
    assert pos.get(f"/inventory/movements?order={odd}".replace(" ", "%20")).status == 422
    assert pos.get(f"/orders/{order_id}/receipt?command={odd}".replace(" ", "%20")).status == 422
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    refused = pos.post("/orders", {**order, "id": odd})
    assert (refused.status, refused.pointers) == (422, ["#/id"])
    refused = supervisor.post(f"/orders/{order_id}/fulfill", {"lines": [{"line_id": odd, "quantity": 1}]}, key="k1")
    assert (refused.status, refused.pointers) == (422, ["#/lines/0/line_id"])
    (verdict,) = pos.post("/commands", [{"key": "k2", "kind": "cancel", "order_id": odd, "body": {}}]).body["items"]
    assert verdict["problem"]["status"] == 422


def test_an_id_in_capitals_is_the_same(pos: Till) -> None:
    """RFC 9562, section 4: written small, read in any case."""
    order_id = str(pos.sell())
    assert pos.get(f"/orders/{order_id.upper()}").body["id"] == order_id


@pytest.mark.parametrize("way", ODD_NUMBERS)
def test_a_number_in_another_form_names_nothing(pos: Till, backoffice: Till, way: str) -> None:
    terminal_id = pos.get("/terminals/me").body["id"]
    odd = ODD_NUMBERS[way].format(terminal_id)
    for method, path in (
        ("GET", f"/terminals/{odd}/gaps"),
        ("POST", f"/terminals/{odd}/enrol-code"),
        ("GET", f"/closings/{odd}"),
        ("POST", f"/inventory/low-stock/{odd}/acknowledge"),
    ):
        refused = backoffice.call(method, path, None)
        assert (refused.status, refused.code) == (404, "route_not_found"), path
    for query in (
        "orders?limit=",
        "orders?number=",
        "orders?terminal=",
        "closings?terminal=",
        "terminals/me/gaps?since=",
        "changes?limit=",
    ):
        assert backoffice.get(f"/{query}{odd}").status == 422, query


@pytest.mark.parametrize("name", ["", " ", "\u00a0\u2003"])
def test_a_name_of_blanks_is_none(backoffice: Till, name: str) -> None:
    product = {"price_minor": 1, "currency": "GBP"}
    for path, more in (
        ("/products/NEW", product),
        ("/products/TEA-80", {}),
        ("/locations/new", {}),
        ("/taxes/new", {"rate": "20"}),
        ("/store", {}),
    ):
        refused = backoffice.put(path, {"name": name, **more})
        assert (refused.status, refused.pointers) == (422, ["#/name"]), path
    assert backoffice.post("/terminals", {"name": name, "role": "pos"}).pointers == ["#/name"]


LISTS = ("/orders", "/inventory/movements", "/products", "/locations", "/taxes", "/inventory/items", "/closings")


@pytest.mark.parametrize(
    "parts", [[True], [False], [1.0], ["1"], [" 1"], [1.5], ["2026-11-21", "x"], ["2026-11-21T10:30:00", 1], [None], []]
)
def test_a_cursor_that_no_page_gave_out_is_refused(backoffice: Till, parts: list[Any]) -> None:
    for path in LISTS:
        refused = backoffice.get(f"{path}?cursor={cursor_of(parts)}")
        assert (refused.status, refused.code) == (422, "validation_failed"), path


def test_every_page_follows_by_its_cursor(pos: Till, backoffice: Till) -> None:
    pos.sell()
    pos.sell()
    for path in ("/orders", "/products", "/locations", "/inventory/items"):
        first = backoffice.get(f"{path}?limit=1").body
        assert backoffice.get(f"{path}?limit=1&cursor={first['next_cursor']}").body["items"] != first["items"], path
