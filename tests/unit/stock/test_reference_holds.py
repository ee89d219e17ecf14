"""Holds under a reference of the caller's own: taken, given up or committed, all items or none."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.machine import Kind
from orders.commands.core.order import Reference, ReferenceHold
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied
from tests.unit.build import (
    DEPOT,
    NOW,
    SHOP,
    STORE_ID,
    applied,
    command,
    decide,
    details,
    key,
    level,
    new_id,
    product,
    rejected,
    result,
    shortages,
    told,
    world,
)

RESERVE, RELEASE, OUTBOUND = MovementKind.RESERVE, MovementKind.RELEASE, MovementKind.OUTBOUND
CART = "cart-8812"
A_MINUTE = timedelta(minutes=1)


def held(sku: str, quantity: int, location: Any = SHOP, until: timedelta | None = None) -> ReferenceHold:
    end = None if until is None else NOW + until
    return ReferenceHold(id=new_id(), key=key(sku, location), quantity=quantity, expires_at=end)


def cart(*holds: ReferenceHold, lapsed: tuple[str, ...] = ()) -> Reference:
    """`lapsed`: what it held and has lost."""
    return Reference(store_id=STORE_ID, name=CART, holds=holds, lapsed=frozenset(map(product, lapsed)))


def answer(kind: Kind, *items: tuple[str, int], of: Reference | None, shelves: list[Level], **more: Any) -> Any:
    rows = [{"sku": sku, "quantity": quantity} for sku, quantity in items]
    asked = command(kind, reference=CART, items=rows, **more)
    return decide(None, asked, world(*shelves, references={CART: of} if of else {}))


def change(*args: Any, **more: Any) -> tuple[Applied, Reference]:
    done = applied(answer(*args, **more))
    assert done.held
    assert (done.held.name, done.reference, done.order) == (CART, CART, None)
    return done, done.held


def refusal(*args: Any, **more: Any) -> Rejection:
    return rejected(answer(*args, **more))


def test_items_are_held_where_they_are() -> None:
    shelves = [level("TEA", 2), level("TEA", 2, location=DEPOT), level("CUP", 1)]
    items = [("TEA", 3), ("POSTAGE", 1), ("CUP", 1)]
    done, after = change(Kind.HOLD, *items, of=None, shelves=shelves, expires_in_s=60)
    assert done.stock_moved == [
        StockMoved(key("TEA"), RESERVE, 0, 2, 2, 2),
        StockMoved(key("TEA", DEPOT), RESERVE, 0, 1, 2, 1),
        StockMoved(key("CUP"), RESERVE, 0, 1, 1, 1),
    ]
    assert [(one.key, one.quantity, one.expires_at) for one in after.holds] == [
        (key("TEA"), 2, NOW + A_MINUTE),
        (key("TEA", DEPOT), 1, NOW + A_MINUTE),
        (key("CUP"), 1, NOW + A_MINUTE),
    ]
    assert told(done, "reference", "expires_at", "skipped") == (CART, (NOW + A_MINUTE).isoformat(), ["POSTAGE"])
    assert [(row["sku"], row["quantity"], row["success"], row["skipped"]) for row in result(done)["items"]] == [
        ("TEA", 3, True, False),
        ("POSTAGE", 1, True, True),
        ("CUP", 1, True, False),
    ]


def test_further_items_join_those_that_are_held() -> None:
    tea = held("TEA", 2)
    _, after = change(Kind.HOLD, ("TEA", 1), of=cart(tea, lapsed=("TEA", "CUP")), shelves=[level("TEA", 3, 2)])
    assert [one.quantity for one in after.holds] == [2, 1]
    assert (after.holds[0], after.lapsed) == (tea, frozenset({product("CUP")}))


def test_holding_nothing_that_is_counted_holds_nothing_anew() -> None:
    _, after = change(Kind.HOLD, ("POSTAGE", 1), of=cart(lapsed=("TEA",)), shelves=[])
    assert after == cart(lapsed=("TEA",))


def test_items_are_held_all_or_none() -> None:
    short = refusal(Kind.HOLD, ("TEA", 2), ("CUP", 2), of=None, shelves=[level("TEA", 2), level("CUP", 1)])
    assert short.code == Code.STOCK_INSUFFICIENT
    assert shortages(short) == [("CUP", 2, 1, 1)]


def test_what_one_sku_lacks_is_told_for_all_its_items() -> None:
    short = refusal(Kind.HOLD, ("TEA", 3), ("TEA", 2), of=None, shelves=[level("TEA", 4)])
    assert shortages(short) == [("TEA", 5, 4, 4)]


def test_without_items_everything_is_given_up() -> None:
    of = cart(held("TEA", 2), held("CUP", 1, DEPOT))
    shelves = [level("TEA", 5, 3), level("CUP", 1, 1, DEPOT)]
    done, after = change(Kind.RELEASE_HOLD, of=of, shelves=shelves, reason="left")
    assert done.stock_moved == [
        StockMoved(key("TEA"), RELEASE, 0, -2, 5, 1),
        StockMoved(key("CUP", DEPOT), RELEASE, 0, -1, 1, 0),
    ]
    assert after.holds == ()
    assert done.reason == "left"


@pytest.mark.parametrize(
    ("kind", "movement", "taken"),
    [(Kind.RELEASE_HOLD, RELEASE, 0), (Kind.COMMIT_HOLD, OUTBOUND, 1)],
)
def test_named_items_are_taken_off_what_is_held_longest(kind: Kind, movement: MovementKind, taken: int) -> None:
    """`taken`: whether the goods leave with their hold."""
    old, cup, young = held("TEA", 1), held("CUP", 1), held("TEA", 3, DEPOT)
    shelves = [level("TEA", 1, 1), level("CUP", 1, 1), level("TEA", 3, 3, DEPOT)]
    done, after = change(kind, ("TEA", 2), ("POSTAGE", 4), of=cart(old, cup, young), shelves=shelves)
    assert done.stock_moved == [
        StockMoved(key("TEA"), movement, -taken, -1, 1 - taken, 0),
        StockMoved(key("TEA", DEPOT), movement, -taken, -1, 3 - taken, 2),
    ]
    assert after.holds == (cup, replace(young, quantity=2))


@pytest.mark.parametrize("kind", [Kind.RELEASE_HOLD, Kind.COMMIT_HOLD])
@pytest.mark.parametrize(
    ("items", "errors"),
    [
        pytest.param([("TEA", 3)], [(0, "TEA", 3, 2)], id="more than is held"),
        pytest.param([("TEA", 1), ("CUP", 1)], [(1, "CUP", 1, 0)], id="one that is not held"),
        pytest.param([("TEA", 2), ("TEA", 1)], [(1, "TEA", 1, 0)], id="more than is held, in two rows"),
        pytest.param([("CUP", 1), ("TEA", 9)], [(0, "CUP", 1, 0), (1, "TEA", 9, 2)], id="every fault is told"),
    ],
)
def test_no_more_than_is_held(kind: Kind, items: list[tuple[str, int]], errors: list[Any]) -> None:
    refused = refusal(kind, *items, of=cart(held("TEA", 2)), shelves=[level("TEA", 9, 4), level("CUP", 9)])
    assert refused.code is Code.HOLD_NOT_FOUND
    assert details(refused) == [
        {"index": index, "sku": sku, "requested": requested, "held": left} for index, sku, requested, left in errors
    ]


@pytest.mark.parametrize("of", [None, cart(), cart(lapsed=("TEA",))])
def test_nothing_is_held_under_the_reference(of: Reference | None) -> None:
    refused = refusal(Kind.RELEASE_HOLD, of=of, shelves=[level("TEA", 1)])
    assert (refused.code, refused.detail) == (Code.HOLD_NOT_FOUND, "Nothing is held under cart-8812.")


@pytest.mark.parametrize(("kind", "left"), [(Kind.RELEASE_HOLD, 3), (Kind.COMMIT_HOLD, 1)])
def test_what_is_held_of_a_product_that_is_no_longer_counted_is_not_stranded(kind: Kind, left: int) -> None:
    asked = command(kind, reference=CART, items=[{"sku": "TEA", "quantity": 2}])
    products = {"TEA": (product("TEA"), False)}
    shelf = world(level("TEA", 3, 2), references={CART: cart(held("TEA", 2))}, products=products)
    done = applied(decide(None, asked, shelf))
    assert done.held == cart()
    assert list(done.levels.values()) == [level("TEA", left)]
