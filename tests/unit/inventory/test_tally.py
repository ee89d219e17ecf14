"""The tally: what one command does to the levels, each level and kind of movement summed."""

import pytest

from inventory.core.allocate import allocate
from inventory.core.levels import Level, Share, StockMoved, Tally
from inventory.core.movements import MovementKind

TEA = 11
SHOP, DEPOT = (TEA, 1), (TEA, 2)


def tally(*levels: Level) -> Tally:
    return Tally({TEA: levels} if levels else {}, allocate)


def test_two_movements_of_one_kind_touch_a_level_once() -> None:
    counted = tally(Level(SHOP, 9, 0))
    counted.debit(TEA, 2)
    counted.debit(TEA, 3)
    assert counted.levels == {SHOP: Level(SHOP, 4, 0)}
    assert counted.moved() == [StockMoved(SHOP, MovementKind.OUTBOUND, -5, 0, 4, 0)]


def test_movements_of_several_kinds_follow_each_other_in_the_order_in_which_they_began() -> None:
    counted = tally(Level(SHOP, 9, 2))
    counted.put(SHOP, MovementKind.RETURN_IN, 3)
    counted.put(SHOP, MovementKind.DAMAGED, -1)
    counted.put(SHOP, MovementKind.RETURN_IN, 1)
    counted.drop(SHOP, 2)
    assert counted.moved() == [
        StockMoved(SHOP, MovementKind.RETURN_IN, 4, 0, 13, 2),
        StockMoved(SHOP, MovementKind.DAMAGED, -1, 0, 12, 2),
        StockMoved(SHOP, MovementKind.RELEASE, 0, -2, 12, 0),
    ]
    assert counted.levels == {SHOP: Level(SHOP, 12, 0)}


def test_a_hold_reserves_and_leaves_on_hand() -> None:
    counted = tally(Level(SHOP, 3, 1), Level(DEPOT, 4, 0))
    assert counted.hold(TEA, 5) == (Share(SHOP, 2), Share(DEPOT, 3))
    assert counted.levels == {SHOP: Level(SHOP, 3, 3), DEPOT: Level(DEPOT, 4, 3)}
    assert counted.moved() == [
        StockMoved(SHOP, MovementKind.RESERVE, 0, 2, 3, 3),
        StockMoved(DEPOT, MovementKind.RESERVE, 0, 3, 4, 3),
    ]


def test_what_was_held_before_is_not_held_again() -> None:
    counted = tally(Level(SHOP, 3, 0), Level(DEPOT, 3, 0))
    assert counted.hold(TEA, 2) == (Share(SHOP, 2),)
    assert counted.available(TEA) == 4
    assert counted.hold(TEA, 2) == (Share(DEPOT, 2),)
    assert counted.hold(TEA, 3) is None
    assert counted.available(TEA) == 2


def test_consuming_takes_the_goods_and_their_hold() -> None:
    counted = tally(Level(SHOP, 5, 4))
    counted.consume(SHOP, 3)
    assert counted.levels == {SHOP: Level(SHOP, 2, 1)}
    assert counted.moved() == [StockMoved(SHOP, MovementKind.OUTBOUND, -3, -3, 2, 1)]


@pytest.mark.parametrize("verb", ["hold", "debit"])
def test_what_cannot_be_served_changes_nothing(verb: str) -> None:
    counted = tally(Level(SHOP, 5, 3), Level(DEPOT, 1, 0))
    assert getattr(counted, verb)(TEA, 4) is None
    assert (counted.levels, counted.moved()) == ({}, [])


@pytest.mark.parametrize(("quantity", "done"), [(-3, False), (-2, True), (1, True)])
def test_no_more_than_is_available_can_be_put_away(quantity: int, done: bool) -> None:
    counted = tally(Level(SHOP, 5, 3))
    assert counted.put(SHOP, MovementKind.ADJUST, quantity) is done
    assert counted.levels == ({SHOP: Level(SHOP, 5 + quantity, 3)} if done else {})


def test_a_level_that_is_not_there_begins_at_nothing() -> None:
    counted = tally()
    assert not counted.counts(TEA)
    assert not counted.put(DEPOT, MovementKind.DAMAGED, -1)
    assert counted.put(DEPOT, MovementKind.INBOUND, 6)
    assert counted.moved() == [StockMoved(DEPOT, MovementKind.INBOUND, 6, 0, 6, 0)]


def test_the_stock_it_starts_from_stays_as_it_was() -> None:
    stock = {TEA: (Level(SHOP, 5, 0),)}
    Tally(stock, allocate).debit(TEA, 5)
    assert stock == {TEA: (Level(SHOP, 5, 0),)}


@pytest.mark.parametrize("verb", ["consume", "drop"])
def test_giving_up_more_than_is_held_is_a_fault_of_the_program(verb: str) -> None:
    counted = tally(Level(SHOP, 5, 1))
    with pytest.raises(AssertionError, match="leaves Level"):
        getattr(counted, verb)(SHOP, 2)
