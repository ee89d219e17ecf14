"""Reference holds that lapsed: each item is judged by its own, whether or not a task has released it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from inventory.core.levels import Level, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.holds import expiry, is_expiry
from orders.commands.core.machine import Kind
from orders.commands.core.order import Reference
from orders.commands.core.outcomes import Code, Rejection
from tests.unit.build import (
    STORE_ID,
    applied,
    batch,
    code_of,
    command,
    decide,
    details,
    fold,
    key,
    level,
    new_id,
    product,
    rejected,
    world,
)
from tests.unit.stock.test_reference_holds import A_MINUTE, CART, answer, cart, change, held, refusal

RELEASE = MovementKind.RELEASE


def expired(of: Reference, shelves: list[Level]) -> Any:
    """The answer to the task that releases what has lapsed."""
    asked = expiry(of, new_id=new_id)
    return decide(None, asked, world(*shelves, references={CART: of}))


def in_a_batch(kind: Kind, *items: tuple[str, int], of: Reference, shelves: list[Level]) -> list[Any]:
    """The outcomes of a command that a worker runs, and before it of what it makes itself."""
    asked = command(kind, reference=CART, items=[{"sku": sku, "quantity": quantity} for sku, quantity in items])
    return [one.outcome for one in fold(replace(batch([], shelves, asked), references={STORE_ID: {CART: of}}))]


def test_the_task_that_releases_what_lapsed_releases_only_that() -> None:
    gone, stays, endless = held("TEA", 1, until=timedelta(0)), held("TEA", 2, until=A_MINUTE), held("CUP", 1)
    shelves = [level("TEA", 3, 3), level("CUP", 1, 1)]
    done = applied(expired(cart(gone, stays, endless), shelves))
    after = done.held
    assert after
    assert done.stock_moved == [StockMoved(key("TEA"), RELEASE, 0, -1, 3, 2)]
    assert (after.holds, after.lapsed) == ((stays, endless), frozenset({product("TEA")}))
    assert done.reason == "hold_expired"


def test_nothing_lapsed_yet() -> None:
    of = cart(held("TEA", 1, until=timedelta(microseconds=1)), held("TEA", 1))
    refused = rejected(expired(of, [level("TEA", 2, 2)]))
    assert refused.code is Code.HOLD_NOT_FOUND


def test_what_a_terminal_writes_is_text() -> None:
    of = cart(held("TEA", 1, until=timedelta(0)), held("CUP", 1))
    done, after = change(
        Kind.RELEASE_HOLD, of=of, shelves=[level("TEA", 1, 1), level("CUP", 1, 1)], reason="hold_expired"
    )
    assert (after.holds, after.lapsed, done.reason) == ((), frozenset(), "hold_expired")
    asked = command(Kind.RELEASE_HOLD, reference=CART, items=[], lapsed=True)
    assert not is_expiry(asked)
    assert is_expiry(replace(asked, role=None))


@pytest.mark.parametrize(
    ("of", "code"),
    [
        pytest.param(cart(lapsed=("TEA",)), Code.HOLD_EXPIRED, id="lapsed"),
        pytest.param(cart(held("TEA", 1), lapsed=("TEA",)), Code.HOLD_EXPIRED, id="lapsed in part"),
        pytest.param(cart(held("TEA", 2), lapsed=("TEA",)), Code.APPLIED, id="what is left will do"),
        pytest.param(cart(held("TEA", 2, until=A_MINUTE), lapsed=("CUP",)), Code.APPLIED, id="another item lapsed"),
        pytest.param(cart(held("TEA", 1), lapsed=("CUP",)), Code.HOLD_NOT_FOUND, id="more than was ever held"),
        pytest.param(cart(), Code.HOLD_NOT_FOUND, id="never held"),
        pytest.param(None, Code.HOLD_NOT_FOUND, id="unknown"),
    ],
)
def test_each_item_is_judged_by_its_own_hold(of: Reference | None, code: Code) -> None:
    outcome = answer(Kind.COMMIT_HOLD, ("TEA", 2), of=of, shelves=[level("TEA", 2, 2)])
    assert code_of(outcome) is code


def test_what_was_never_held_comes_before_what_has_expired() -> None:
    refused = refusal(Kind.COMMIT_HOLD, ("TEA", 1), ("CUP", 1), of=cart(lapsed=("TEA",)), shelves=[level("TEA", 2)])
    assert refused.code == Code.HOLD_NOT_FOUND
    assert [row["sku"] for row in details(refused)] == ["CUP"]


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        (Kind.COMMIT_HOLD, [("CUP", 1)]),
        (Kind.COMMIT_HOLD, [("TEA", 1)]),
        (Kind.COMMIT_HOLD, [("TEA", 3), ("CUP", 2)]),
        (Kind.RELEASE_HOLD, [("CUP", 1)]),
        (Kind.RELEASE_HOLD, [("TEA", 1)]),
        (Kind.RELEASE_HOLD, []),
        (Kind.HOLD, [("TEA", 3)]),
        (Kind.HOLD, [("TEA", 4)]),
    ],
)
def test_whether_the_task_has_been_by_changes_nothing(kind: Kind, items: list[tuple[str, int]]) -> None:
    gone, stays = held("TEA", 2, until=timedelta(0)), held("CUP", 1)
    shelves = [level("TEA", 3, 2), level("CUP", 1, 1)]
    swept = applied(expired(cart(gone, stays), shelves))
    assert swept.held
    released, outcome = in_a_batch(kind, *items, of=cart(gone, stays), shelves=shelves)
    assert released == swept
    (after,) = in_a_batch(kind, *items, of=swept.held, shelves=[*swept.levels.values(), level("CUP", 1, 1)])
    assert without_ids(outcome) == without_ids(after)


def without_ids(outcome: Any) -> Any:
    if isinstance(outcome, Rejection):
        return outcome
    holds = tuple(replace(one, id=UUID(int=0)) for one in outcome.held.holds)
    return replace(outcome, held=replace(outcome.held, holds=holds))


@pytest.mark.parametrize(
    ("sku", "kinds"),
    [
        pytest.param("TEA", [Kind.RELEASE_HOLD, Kind.ADJUST], id="it lacks what lapsed"),
        pytest.param("CUP", [Kind.ADJUST], id="it lacks what is still held"),
    ],
)
def test_what_lapsed_is_released_for_whoever_lacks_just_that(sku: str, kinds: list[Kind]) -> None:
    """Whether or not the reference is in the batch: else it is looked for by the item that lapsed."""
    of = cart(held("TEA", 1, until=timedelta(0)), held("CUP", 1))
    shelves = [level("TEA", 1, 1), level("CUP", 1, 1)]
    asked = command(Kind.ADJUST, items=[{"sku": sku, "quantity": -1}], reason="recount")
    decided = fold(replace(batch([], shelves, asked), references={STORE_ID: {CART: of}}))
    assert [one.command.kind for one in decided] == kinds
