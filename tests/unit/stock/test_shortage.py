"""What a refusal for lack of stock tells, and that a shop's own strategy is the one that is asked."""

from collections.abc import Sequence

from inventory.core.levels import Level, Share
from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code
from tests.unit.build import (
    DEPOT,
    apply,
    cash,
    command,
    decide,
    details,
    key,
    level,
    line,
    order,
    refuse,
    rejected,
    world,
)


def last_first(levels: Sequence[Level], quantity: int) -> tuple[Share, ...] | None:
    """Whole lines only, from the location that is picked from last."""
    found = [level for level in reversed(levels) if level.available >= quantity]
    return (Share(found[0].key, quantity),) if found else None


def test_every_location_of_the_store_is_told_with_what_it_has() -> None:
    shelves = world(level("TEA", 3, 2), level("TEA", 4, 1, DEPOT))
    refused = refuse(order(line("TEA", 5)), Kind.RESERVE, shelves)
    assert details(refused)[0]["locations"] == [
        {"location": "shop", "on_hand": 3, "available": 1},
        {"location": "depot", "on_hand": 4, "available": 3},
    ]


def test_a_location_that_lacks_is_told_together_with_those_that_do_not() -> None:
    items = [{"sku": "TEA", "quantity": 2, "location": "depot"}]
    shelves = world(level("TEA", 9), level("TEA", 1, location=DEPOT))
    refused = rejected(decide(None, command(Kind.WRITE_OFF, items=items), shelves))
    assert details(refused) == [
        {
            "sku": "TEA",
            "requested": 2,
            "available": 1,
            "on_hand": 1,
            "locations": [
                {"location": "shop", "on_hand": 9, "available": 9},
                {"location": "depot", "on_hand": 1, "available": 1},
            ],
        }
    ]


def test_a_shop_s_own_strategy_picks_the_locations() -> None:
    shelves = world(level("TEA", 3), level("TEA", 3, location=DEPOT), strategy=last_first)
    reserved, _ = apply(order(line("TEA", 2)), Kind.RESERVE, shelves)
    paid, _ = apply(order(line("TEA", 2)), Kind.PAY, shelves, tenders=[cash(900)])
    assert list(reserved.levels) == list(paid.levels) == [key("TEA", DEPOT)]


def test_what_the_strategy_cannot_serve_is_refused() -> None:
    shelves = world(level("TEA", 3), level("TEA", 3, location=DEPOT), strategy=last_first)
    assert refuse(order(line("TEA", 4)), Kind.RESERVE, shelves).code is Code.STOCK_INSUFFICIENT
