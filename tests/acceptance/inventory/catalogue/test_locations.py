"""GET /locations and PUT /locations/{code}."""

from collections.abc import Callable
from typing import Any

import pytest

from inventory.models import Location
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


def test_locations_are_listed_a_page_at_a_time(pos: Till) -> None:
    first = pos.get("/locations?limit=1").body
    assert first["items"] == [{"code": "stockroom", "name": "stockroom", "priority": 1}]
    rest = pos.get(f"/locations?limit=1&cursor={first['next_cursor']}").body
    assert rest == {"items": [{"code": "shop", "name": "shop", "priority": 0}], "next_cursor": None}


def test_a_location_is_made_then_changed(backoffice: Till, pos: Till) -> None:
    made = backoffice.put("/locations/cellar", {"name": "Cellar", "priority": 5})
    assert (made.status, made.body) == (201, {"code": "cellar", "name": "Cellar", "priority": 5})
    changed = backoffice.put("/locations/cellar", {"name": "The cellar", "priority": 2})
    assert (changed.status, changed.body["name"]) == (200, "The cellar")
    assert pos.get("/locations?limit=1").body["items"] == [changed.body]


def test_what_is_left_out_stays(backoffice: Till) -> None:
    assert backoffice.put("/locations/cellar", {"name": "Cellar"}).body["priority"] == 0
    assert backoffice.put("/locations/cellar", {"priority": 5}).body == {
        "code": "cellar",
        "name": "Cellar",
        "priority": 5,
    }
    renamed = backoffice.put("/locations/cellar", {"name": "The cellar"})
    assert (renamed.status, renamed.body["priority"]) == (200, 5)
    assert backoffice.put("/locations/cellar", {"priority": None}).body["priority"] == 0


def test_goods_go_to_and_come_from_the_first_location(backoffice: Till, pos: Till, shop: Shop, settle: Settle) -> None:
    backoffice.put("/locations/window", {"name": "Window", "priority": -1})
    settle(backoffice.post("/inventory/receive", {"items": [{"sku": "TEA-80", "quantity": 2}]}, key="k1"), backoffice)
    assert (shop.level("TEA-80", "window"), shop.level("TEA-80")) == ((2, 0), (10, 0))
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 2))}/reserve", key="k2"), pos)
    assert (shop.level("TEA-80", "window"), shop.level("TEA-80")) == ((2, 2), (10, 0))
    settle(pos.post(f"/orders/{pos.sell(('TEA-80', 2))}/reserve", key="k3"), pos)
    assert (shop.level("TEA-80", "window"), shop.level("TEA-80")) == ((2, 2), (10, 2))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/name"]),
        ({"name": None, "priority": 1}, ["#/name"]),
        ({"name": "", "priority": 1}, ["#/name"]),
        ({"name": "Cellar", "priority": "1"}, ["#/priority"]),
        ({"name": "Cellar", "priority": 10**9}, ["#/priority"]),
        ({"name": "Cellar", "priority": 1, "code": "cellar"}, ["#/code"]),
    ],
)
def test_a_bad_location_is_pointed_at(backoffice: Till, body: Any, pointers: list[str]) -> None:
    refused = backoffice.put("/locations/cellar", body)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", pointers)
    assert not Location.objects.filter(code="cellar").exists()


def test_locations_are_the_stores(backoffice: Till, elsewhere: Till, supervisor: Till) -> None:
    assert supervisor.put("/locations/shop", {"name": "Mine", "priority": 1}).code == "role_not_allowed"
    assert elsewhere.put("/locations/shop", {"name": "Theirs", "priority": 1}).status == 200
    assert {one["name"] for one in backoffice.get("/locations").body["items"]} == {"shop", "stockroom"}
