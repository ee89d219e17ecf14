"""Whose turn it is, in whatever pieces a queue is read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orders.sales.core.turns import Queue, turns

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
WAITING = [(NOON + timedelta(minutes=n), UUID(int=n), quantity) for n, quantity in enumerate([2, 3, 1, 4])]


def queue(available: int, *, moved: str = "17") -> Queue:
    return Queue(product_id=7, available=available, moved=moved)


@pytest.mark.parametrize(
    ("available", "served"), [(0, []), (1, [0]), (2, [0]), (3, [0, 1]), (5, [0, 1]), (6, [0, 1, 2]), (7, [0, 1, 2, 3])]
)
def test_as_far_as_what_is_available_goes(available: int, served: list[int]) -> None:
    found, _ = turns(queue(available), WAITING)
    assert [turn.order_id.int for turn in found] == served


def test_in_pieces_it_is_the_turn_of_the_same() -> None:
    whole, end = turns(queue(6), WAITING)
    first, rest = turns(queue(6), WAITING[:2])
    second, last = turns(rest, WAITING[2:])
    assert [*first, *second] == whole
    assert last == end


def test_who_was_told_is_told_again_when_stock_moved() -> None:
    keys = {found[0].key for found, _ in (turns(queue(3, moved=moved), WAITING) for moved in ("17", "18", "17"))}
    assert len(keys) == 2


def test_who_was_told_is_told_again_when_older_ones_are_gone() -> None:
    behind, alone = (turns(queue(3), waiting)[0][-1] for waiting in (WAITING[:2], WAITING[1:2]))
    assert behind.order_id == alone.order_id
    assert behind.key != alone.key
