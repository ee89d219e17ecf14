"""Whose commands are rung for on which queue, where a shop has some of them settled by workers of their own.

What takes effect one after the other stays together: the commands of an order or of a drawer are of its store's sales,
those of a store's stock are another lane. Each lane of a store has one queue: the first that the setting names for it,
or the one that all have in common.
"""

from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeAlias
from uuid import UUID

COMMANDS = "commands"
"""The queue of whatever has none of its own."""

EACH = "*"


class Lane(StrEnum):
    SALES = "sales"
    STOCK = "stock"


def lane_of(order_id: UUID | None, drawer_id: int | None) -> Lane:
    """Of a command, by whose it is."""
    return Lane.STOCK if order_id is None and drawer_id is None else Lane.SALES


class Route(NamedTuple):
    """`store`: a code, or each; `lane`: None for both."""

    store: str
    lane: Lane | None
    queue: str


Routes: TypeAlias = tuple[Route, ...]
"""The first that applies counts."""


class Part(NamedTuple):
    """Of one lane: these stores, by their codes; or, with `others`, all but these."""

    stores: tuple[str, ...]
    others: bool


Share: TypeAlias = dict[Lane, Part] | None
"""What is rung for on one queue; None: all there is."""


def queue_of(routes: Routes, store: str, lane: Lane) -> str:
    return next((one.queue for one in routes if one.store in (store, EACH) and one.lane in (None, lane)), COMMANDS)


@cache
def share_of(routes: Routes, queue: str) -> Share:
    """Of a queue that the setting names no more, nothing."""
    return {lane: _part(routes, queue, lane) for lane in Lane} if routes else None


def _part(routes: Routes, queue: str, lane: Lane) -> Part:
    stores = dict.fromkeys(one.store for one in routes if one.store != EACH)
    others = queue_of(routes, EACH, lane) == queue
    return Part(tuple(store for store in stores if (queue_of(routes, store, lane) == queue) != others), others)


@cache
def queues(routes: Routes) -> tuple[str, ...]:
    """All there are."""
    return tuple(dict.fromkeys([COMMANDS, *(one.queue for one in routes)]))
