"""Imports, rates and reorder points beside each other and beside orders."""

from functools import partial
from typing import Any
from uuid import uuid4

from inventory.models import Product, StockLevel
from orders.commands.core.roles import Role
from tests.support.network.at_once import at_once
from tests.support.processes.served import Served
from tests.support.shop.baskets import line, order
from tests.support.shop.chain import Chain
from tests.support.shop.till import Answer, Till

ROUNDS = 6
PRODUCTS = 300


def products(price_minor: int) -> list[dict[str, Any]]:
    return [
        {"sku": f"P-{number:04d}", "name": "x", "price_minor": price_minor, "currency": "GBP"}
        for number in range(PRODUCTS)
    ]


def test_two_imports_of_the_same_products(chain: Chain) -> None:
    till = chain.tills[Role.BACKOFFICE]
    for number in range(ROUNDS):
        one, other = products(2 * number), products(2 * number + 1)[::-1]
        answers = at_once(*(partial(till.post, "/products/import", {"items": items}) for items in (one, other)))
        assert [answer.status for answer in answers] == [200, 200]
        prices = set(Product.objects.filter(sku__startswith="P-").values_list("price_minor", flat=True))
        assert prices in ({2 * number}, {2 * number + 1})


def test_an_order_beside_imports_has_all_its_prices_of_one_instant(chain: Chain) -> None:
    till, pos = chain.tills[Role.BACKOFFICE], chain.tills[Role.POS]
    skus = [product["sku"] for product in products(0)][::10]
    lines = [{"sku": sku, "quantity": 1} for sku in skus]
    till.post("/products/import", {"items": products(0)})

    def imported() -> list[Answer]:
        return [till.post("/products/import", {"items": products(number)}) for number in range(1, ROUNDS)]

    def drafted() -> list[Answer]:
        order = {"currency": "GBP", "fulfilment": "immediate", "lines": lines}
        return [pos.post("/orders?dry_run=true", order) for _ in range(5 * ROUNDS)]

    changed, told = at_once(imported, drafted)
    assert {answer.status for answer in (*changed, *told)} == {200}
    assert [len({one["unit_price_minor"] for one in answer.body["lines"]}) for answer in told] == [1] * len(told)


def test_an_order_beside_new_rates_has_one_rate_and_one_tax_mode(chain: Chain) -> None:
    """Ten lines of 1.00; their tax is that of the rate and of the mode that the order names."""
    till, pos = chain.tills[Role.BACKOFFICE], chain.tills[Role.POS]
    till.put("/taxes/std", {"name": "VAT", "rate": "20"})
    basket = order(*[line("POSTAGE", unit_price_minor=100, tax_code="std")] * 10)

    def changed() -> list[Answer]:
        told = [("/taxes/std", {"rate": "25"}), ("/store", {"prices_include_tax": False})]
        told += [("/taxes/std", {"rate": "20"}), ("/store", {"prices_include_tax": True})]
        return [till.put(*one) for one in told * ROUNDS]

    def made() -> list[Answer]:
        return [pos.post("/orders", basket) for _ in range(5 * ROUNDS)]

    changes, orders = at_once(changed, made)
    assert [{answer.status for answer in answers} for answers in (changes, orders)] == [{200}, {201}]
    taxes = {("20", True): 167, ("20", False): 200, ("25", True): 200, ("25", False): 250}
    for answer in orders:
        (tax,) = answer.body["taxes"]
        assert tax["tax_minor"] == taxes[tax["rate"], answer.body["prices_include_tax"]]
        assert {one["tax_rate"] for one in answer.body["lines"]} == {tax["rate"]}


def test_reorder_points_and_stock_imports(served: Served, chain: Chain) -> None:
    till = chain.tills[Role.BACKOFFICE]
    till.post("/products/import", {"items": products(100)})
    skus = [product["sku"] for product in products(0)][:60]

    def points(skus: list[str]) -> list[Answer]:
        return [till.put(f"/inventory/items/{sku}/reorder-point", {"reorder_point": 5}) for sku in skus]

    counted = [{"sku": sku, "quantity": 7} for sku in skus]
    imported, back, *set_ = at_once(
        partial(send, served, till, counted),
        partial(send, served, till, counted[::-1]),
        *(partial(points, part) for part in (skus, skus[::-1])),
    )
    assert {answer.status for answers in set_ for answer in answers} <= {200, 201}
    for (answer,) in (imported, back):
        assert answer.status == 200
        assert answer.body["result"]["counts"] == {"set": len(skus), "refused": 0, "skipped": 0}
    levels = StockLevel.objects.filter(product__store_id=chain.shop.store_id, product__sku__in=skus)
    assert set(levels.values_list("on_hand", "reorder_point")) == {(7, 5)}
    assert levels.count() == len(skus)


def send(served: Served, till: Till, items: list[dict[str, Any]]) -> list[Answer]:
    ask = partial(till.post, "/inventory/import", {"items": items}, key=str(uuid4()), wait=10)
    return [served.settled(ask)]
