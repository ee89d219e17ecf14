"""Each lane of a store has one queue, and each queue its share of them."""

from uuid import UUID

import pytest

from orders.journal.core.shares import COMMANDS, Lane, Route, Routes, lane_of, queue_of, queues, share_of

NORTH = Route("north", None, "big")
ROUTES: dict[str, Routes] = {
    "none": (),
    "one store": (NORTH,),
    "stock of each": (Route("*", Lane.STOCK, "bulk"),),
    "a store before each": (NORTH, Route("*", Lane.STOCK, "bulk")),
    "each before a store": (Route("*", Lane.STOCK, "bulk"), NORTH),
    "stock back to all": (Route("north", Lane.STOCK, COMMANDS), NORTH),
    "two of one queue": (NORTH, Route("south", Lane.SALES, "big")),
    "none left": (Route("*", None, "all"), NORTH),
}
STORES = ["north", "south", "east"]


def test_the_first_that_applies_counts() -> None:
    assert queue_of(ROUTES["a store before each"], "north", Lane.STOCK) == "big"
    assert queue_of(ROUTES["each before a store"], "north", Lane.STOCK) == "bulk"
    assert queue_of(ROUTES["each before a store"], "north", Lane.SALES) == "big"
    assert queue_of(ROUTES["each before a store"], "south", Lane.SALES) == COMMANDS


def has(routes: Routes, queue: str, store: str, lane: Lane) -> bool:
    share = share_of(routes, queue)
    assert share is not None
    return (store in share[lane].stores) is not share[lane].others


@pytest.mark.parametrize("name", [name for name, routes in ROUTES.items() if routes])
def test_what_is_rung_for_on_a_queue_is_its_share_and_no_other_queues(name: str) -> None:
    routes = ROUTES[name]
    for store in STORES:
        for lane in Lane:
            owners = [queue for queue in queues(routes) if has(routes, queue, store, lane)]
            assert owners == [queue_of(routes, store, lane)], (store, lane)


def test_without_a_mapping_one_queue_has_all() -> None:
    assert queues(()) == (COMMANDS,)
    assert share_of((), COMMANDS) is None


def test_a_queue_that_is_named_no_more_has_nothing() -> None:
    assert not any(has((NORTH,), "of-yesterday", store, lane) for store in STORES for lane in Lane)


def test_what_takes_effect_one_after_the_other_is_of_one_lane() -> None:
    assert lane_of(UUID(int=1), None) is Lane.SALES
    assert lane_of(None, 7) is Lane.SALES, "a closing waits for sales"
    assert lane_of(None, None) is Lane.STOCK
