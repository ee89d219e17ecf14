"""Whether a product is counted, while somebody holds some of it or waits for it. Called without the web server: what
matters is what the database says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from inventory.models import Product
from orders.models import OrderLine
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
Promise = Callable[[str], UUID | None]
TEA: dict[str, Any] = {"name": "Tea", "price_minor": PRICE_MINOR, "currency": "GBP", "tracks_stock": False}


@pytest.fixture
def promise(supervisor: Till, backoffice: Till, settle: Settle) -> Promise:
    """Promise teas to somebody in this way; the order, where there is one."""

    def promised(way: str) -> UUID | None:
        if way == "reference":
            body = {"reference": "WEB-1", "items": [{"sku": "TEA-80", "quantity": 2}]}
            settle(backoffice.post("/inventory/items/reserve", body, key="hold"), backoffice)
            return None
        order_id = supervisor.sell(("TEA-80", 2 if way == "hold" else 12), fulfilment="shipment")
        body = {"shortage": "backorder"}
        settle(supervisor.post(f"/orders/{order_id}/reserve", body, key="reserve"), supervisor)
        return order_id

    return promised


@pytest.mark.parametrize(("way", "said"), [("reference", (2, 0)), ("hold", (2, 0)), ("backorder", (10, 2))])
def test_what_is_promised_goes_on_being_counted(
    way: str, said: tuple[int, int], promise: Promise, backoffice: Till, shop: Shop
) -> None:
    promise(way)
    before = Product.objects.filter(sku="TEA-80", store_id=shop.store_id).values().get()
    refused = backoffice.put("/products/TEA-80", TEA)
    assert (refused.status, refused.code) == (409, "product_in_use")
    held, awaited = said
    assert refused.body["detail"] == (
        f"TEA-80 is in use: {held} held, {awaited} waited for. Ship, release or cancel those first."
    )
    mug = {**TEA, "sku": "MUG-RED", "name": "Mug"}
    imported = backoffice.post("/products/import", {"items": [{**TEA, "sku": "TEA-80"}, mug]})
    assert [(row["index"], row["code"]) for row in imported.body["rows"]] == [(0, "product_in_use")]
    assert imported.body["counts"]["updated"] == 1
    assert Product.objects.filter(sku="TEA-80", store_id=shop.store_id).values().get() == before


def test_another_change_of_it_is_taken(promise: Promise, backoffice: Till) -> None:
    promise("hold")
    assert backoffice.put("/products/TEA-80", {**TEA, "tracks_stock": True}).status == 200


def test_once_nothing_is_promised_it_may_go_uncounted(
    promise: Promise, supervisor: Till, backoffice: Till, settle: Settle
) -> None:
    order_id = promise("backorder")
    settle(supervisor.post(f"/orders/{order_id}/cancel", key="cancel"), supervisor)
    assert backoffice.put("/products/TEA-80", TEA).status == 200


def test_a_product_that_is_counted_only_since_is_not_counted_for_orders_before(
    supervisor: Till, shop: Shop, settle: Settle
) -> None:
    order_id = supervisor.sell(("POSTAGE", 1), ("TEA-80", 1), fulfilment="shipment")
    Product.objects.filter(sku="POSTAGE").update(tracks_stock=True)
    tenders = [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]
    paid = settle(supervisor.post(f"/orders/{order_id}/pay", {"tenders": tenders}, key="pay"), supervisor)
    shipped = settle(supervisor.post(f"/orders/{order_id}/fulfill", key="ship"), supervisor)
    assert (paid["result"]["skipped"], shipped["result"]["skipped"]) == (["POSTAGE"], ["POSTAGE"])
    assert not OrderLine.objects.get(sku="POSTAGE").tracks_stock
    assert shop.level("TEA-80") == (9, 0)
