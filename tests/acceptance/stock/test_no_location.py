"""A store that has a catalogue, but no location yet."""

from typing import Any

import pytest

from inventory.models import Store
from orders.commands.core.roles import Role
from orders.models import Command
from orders.terminals.db.keys import create_terminal
from tests.support.shop.till import Till

ITEMS = [{"sku": "TEA", "quantity": 1}, {"sku": "TEA", "quantity": 2}]


@pytest.fixture
def till(db: None) -> Till:
    store = Store.objects.create(code="new", name="New", currency="GBP")
    till = Till(create_terminal(store_id=store.id, name="the office", role=Role.BACKOFFICE))
    product = {"name": "Tea", "price_minor": 250, "currency": "GBP", "tracks_stock": True}
    assert till.put("/products/TEA", product).status == 201
    return till


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("receive", {"items": ITEMS}),
        ("write_off", {"items": ITEMS}),
        ("count", {"items": ITEMS}),
        ("adjust", {"items": ITEMS, "reason": "recount"}),
    ],
)
def test_stock_has_no_place_there(till: Till, kind: str, body: dict[str, Any]) -> None:
    refused = till.post(f"/inventory/{kind.replace('_', '-')}", body, key="k1")
    assert (refused.status, refused.code) == (422, "location_not_found")
    assert refused.pointers == ["#/items/0/location", "#/items/1/location"]
    (verdict,) = till.post("/commands", [{"key": "k2", "kind": kind, "body": body}]).body["items"]
    assert [error["pointer"] for error in verdict["problem"]["errors"]] == [
        "#/0/body/items/0/location",
        "#/0/body/items/1/location",
    ]
    assert not Command.objects.exists()


def test_its_first_location_is_the_place(till: Till) -> None:
    till.put("/locations/shop", {"name": "Shop", "priority": 1})
    assert till.post("/inventory/receive", {"items": ITEMS}, key="k1").status == 202
