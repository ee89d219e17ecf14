"""Whose turn it is to get of a product that came: the oldest backorder first, as far as what is available goes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from orders.commands.core.order import Order

BEGIN = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
NOBODY = UUID(int=0)

Place: TypeAlias = tuple[datetime, UUID]
"""Of an order in the queues that it stands in: since when, and its id."""


def looked_up_to(orders: Iterable[Order], *, busy: Collection[UUID]) -> dict[int, Place]:
    """Product id -> how far its queue matters to what these orders may be given: up to the last of them.

    Those that are `busy` may begin to wait anew meanwhile, behind all others, and for any of their products.
    """
    places: dict[int, Place] = {}
    for order in orders:
        since = END if order.id in busy else order.backordered_at
        if since is not None:
            for line in order.lines:
                if line.tracks_stock:
                    places[line.product_id] = max(places.get(line.product_id, (BEGIN, NOBODY)), (since, order.id))
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Those who wait for a product, from behind `since` and `order_id` on. `moved` says what became of its stock last;
    `older` is what is waited for up to there."""

    product_id: int
    available: int
    moved: str
    since: datetime = BEGIN
    order_id: UUID = NOBODY
    older: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Turn:
    """`key`: what the turn follows from. Who was told so is left out until something of it changes; else one that
    nothing can be allocated to would be told again and again."""

    since: datetime
    order_id: UUID
    key: str


def turns(queue: Queue, waiting: Sequence[tuple[datetime, UUID, int]]) -> tuple[list[Turn], Queue]:
    """Of the next of the queue, (since, order id, quantity), those whose turn it is; and what is behind them."""
    found = []
    for since, order_id, quantity in waiting:
        if queue.older < queue.available:
            found.append(Turn(since=since, order_id=order_id, key=_key(queue, order_id, quantity)))
        queue = replace(queue, since=since, order_id=order_id, older=queue.older + quantity)
    return found, queue


def _key(queue: Queue, order_id: UUID, quantity: int) -> str:
    told = f"{queue.product_id} {quantity} {queue.older} {queue.moved}"
    return f"allocate:{order_id}:{sha256(told.encode()).hexdigest()}"
