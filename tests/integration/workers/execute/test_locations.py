"""Stores without a location, and locations that are made while a batch is being loaded."""

from typing import Any

import pytest

from inventory.db.load import lock_levels
from inventory.models import Location, StockLevel
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db import load as loading
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import run
from tests.support.shop.shop import Shop, open_shop, state, states

pytestmark = pytest.mark.usefixtures("own_database")


def bare_shop() -> Shop:
    """A store whose catalogue came before its locations."""
    shop = open_shop(shelf={"TEA-80": 0})
    with unguarded():
        StockLevel.objects.all().delete()
        Location.objects.all().delete()
    return shop


def test_a_store_without_a_location_sells_what_is_not_counted() -> None:
    shop = bare_shop()
    (postage_order, postage), (tea_order, tea) = shop.sale(("POSTAGE", 1)), shop.sale(("TEA-80", 1))
    assert run([postage_order, tea_order]) == []
    assert states([postage, tea]) == ["applied", "stock_insufficient"]
    back = shop.submit(
        Kind.RETURN,
        postage_order,
        lines=[{"line_id": None, "sku": "POSTAGE", "quantity": 1, "condition": "sellable"}],
    )
    held = shop.submit(Kind.HOLD, reference="WEB-1", items=[{"sku": "TEA-80", "quantity": 1}])
    imported = shop.submit(Kind.IMPORT, items=[{"sku": "TEA-80", "quantity": 1}])
    assert run([postage_order, shop.store_id]) == []
    assert states([back, held, imported]) == ["applied", "stock_insufficient", "applied"]
    assert audit() == []


def test_a_location_that_is_made_meanwhile_is_not_picked_from_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The levels are locked after the locations were read; one of a location that came in between is left alone."""
    shop = open_shop(shelf={"TEA-80": 1})
    first_order, first = shop.sale(("TEA-80", 2))

    def meanwhile(*given: Any, **more: Any) -> Any:
        level = StockLevel.objects.get(product__sku="TEA-80")
        location = Location.objects.create(store_id=shop.store_id, code="cellar", name="Cellar", priority=0)
        StockLevel.objects.create(
            store_id=shop.store_id, product_id=level.product_id, location=location, on_hand=0, reserved=0
        )
        return lock_levels(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(loading, "lock_levels", meanwhile)
        assert run([first_order]) == []
    assert state(first) == "stock_insufficient"
    shop.receive("TEA-80", 5, location="cellar")
    order_id, second = shop.sale(("TEA-80", 3))
    assert run([shop.store_id, order_id]) == []
    assert state(second) == "applied"
    assert shop.level("TEA-80", "cellar") == (2, 0)
    assert audit() == []
