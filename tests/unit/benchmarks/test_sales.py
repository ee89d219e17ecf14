"""The sales that are made, and what is counted of them."""

import json
import random
import time

from benchmarks.load.clock import Clock, Half
from benchmarks.load.sales import Sales, Ware

WARES = [Ware(n, f"shop/{n:03}", 100 + n) for n in range(200)]


def test_a_sale_has_three_different_wares_and_is_paid_to_the_penny() -> None:
    sale = Sales(wares=WARES, is_hot=False, dice=random.Random(1)).next()
    item = json.loads(sale.item())
    assert len(set(sale.wares)) == 3
    assert item == {
        "key": sale.id,
        "kind": "pay",
        "order": {
            "id": sale.id,
            "currency": "GBP",
            "fulfilment": "immediate",
            "lines": [{"sku": ware.sku, "quantity": 1} for ware in sale.wares],
        },
        "body": {"tenders": [{"method": "cash", "amount_minor": sum(ware.price_minor for ware in sale.wares)}]},
    }


def test_hot_sales_all_have_the_same_first_ware_and_others_besides() -> None:
    sales = Sales(wares=WARES, is_hot=True, dice=random.Random(1))
    for sale in (sales.next() for _ in range(200)):
        assert sale.wares[0] == WARES[0]
        assert len(set(sale.wares)) == 3


def test_sales_spread_over_all_wares() -> None:
    sales = Sales(wares=WARES, is_hot=False, dice=random.Random(1))
    assert {ware for _ in range(2000) for ware in sales.next().wares} == set(WARES)


def test_the_warm_up_is_settled_but_not_counted() -> None:
    clock = Clock(warm_up_s=60, window_s=60)
    clock.count(100, begun_at=time.perf_counter())
    assert (clock.settled, clock.halves, clock.latencies_s) == (100, (Half(0, 30), Half(0, 0)), [])


def test_sales_after_the_warm_up_count_until_the_last_of_them() -> None:
    clock = Clock(warm_up_s=0, window_s=0)
    begun_at = time.perf_counter()
    began_early = begun_at - 5
    while time.perf_counter() < begun_at + 0.02:
        pass
    clock.count(10, begun_at=begun_at)
    clock.count(10, begun_at=began_early)
    assert clock.is_over()
    assert clock.settled == 20
    assert 0.02 <= clock.latencies_s[0] < 5
    assert len(clock.latencies_s) == 1
    first, second = clock.halves
    assert (first, second.sales) == (Half(0, 0), 20)
    assert 20 / 5 < second.sales_per_s <= 20 / 0.02


def test_what_is_settled_before_the_middle_counts_for_the_first_half() -> None:
    clock = Clock(warm_up_s=0, window_s=60)
    clock.count(10, begun_at=time.perf_counter())
    assert clock.halves == (Half(10, 30), Half(0, 0))
