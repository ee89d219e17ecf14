"""Counts that let holds give way, beside tills that hold, pay, ship and release the same goods, many at once."""

import random
from collections.abc import Callable
from uuid import UUID

import pytest

from base.sql.retry_transient import retry_transient
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Command, OrderLine
from tests.support.network.threads import begin
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop
from workers.backorders import allocate_backorders

pytestmark = pytest.mark.usefixtures("own_database")

THREADS, STEPS, PATIENCE_S = 6, 12, 120


def shipped(shop: Shop, draw: random.Random) -> UUID | int:
    order_id = shop.order(("TEA-80", draw.randint(1, 3)), ("MUG-RED", 1), fulfilment="shipment")
    shop.submit(Kind.RESERVE, order_id, shortage="backorder", expires_in_s=draw.choice([1, 600]))
    if draw.random() < 0.4:
        shop.pay(order_id)
        shop.submit(Kind.FULFILL, order_id)
    return order_id


def sold(shop: Shop, draw: random.Random) -> UUID | int:
    return shop.sale(("MUG-RED", 1), ("TEA-80", draw.randint(1, 2)))[0]


def held(shop: Shop, draw: random.Random) -> UUID | int:
    name = draw.choice(["WEB-1", "WEB-2"])
    items = [{"sku": draw.choice(["TEA-80", "MUG-RED"]), "quantity": draw.randint(1, 3)}]
    shop.submit(draw.choice([Kind.HOLD, Kind.HOLD, Kind.COMMIT_HOLD, Kind.RELEASE_HOLD]), reference=name, items=items)
    return shop.store_id


def counted(shop: Shop, draw: random.Random) -> UUID | int:
    items = [{"sku": sku, "quantity": draw.randint(0, 6), "location": "shop"} for sku in ("TEA-80", "MUG-RED")]
    shop.submit(Kind.COUNT, items=items, shortage="release")
    return shop.store_id


STEP: list[Callable[[Shop, random.Random], UUID | int]] = [shipped, shipped, sold, held, counted, counted]


def work(shop: Shop, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(STEPS):
        rung = [draw.choice(STEP)(shop, draw) for _ in range(2)]
        retry_transient(lambda rung=rung: execute(rung, helps=draw.random() < 0.5))  # type: ignore[misc]


def test_the_books_are_right_whoever_comes_first() -> None:
    shop = open_shop()
    for future in [begin(lambda seed=seed: work(shop, seed)) for seed in range(THREADS)]:  # type: ignore[misc]
        future.result(PATIENCE_S)
    while execute([]).settled or allocate_backorders():
        pass
    counts = Command.objects.filter(kind=Kind.COUNT)
    assert {one.outcome_code for one in counts} == {"applied"}
    gave = [row for one in counts for row in (one.result or {})["released"]]
    assert {"order_id", "reference"} <= {name for row in gave for name in row}
    assert OrderLine.objects.filter(backordered_quantity__gt=0).exists()
    assert audit() == []
