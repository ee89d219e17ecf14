"""Holds of orders and of references: what a batch made, changed and used up, told from before and after."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from inventory.core.levels import LevelKey
from inventory.db.save import delete_holds, insert_holds, update_holds
from inventory.db.sets import cursor
from orders.core.changes import Applied
from orders.core.fold import Batch
from orders.core.order import Command, Hold, Order, Reference, ReferenceHold

AnyHold = Hold | ReferenceHold


def save_holds(
    batch: Batch,
    applied: Iterable[tuple[Command, Order | None, Applied]],
    level_ids: Mapping[LevelKey, int],
    *,
    now: datetime,
) -> None:
    orders: dict[UUID, Order] = {}
    references: dict[tuple[int, str], Reference] = {}
    for command, _, change in applied:
        if change.order:
            orders[change.order.id] = change.order
        if change.held:
            references[command.store_id, change.held.name] = change.held
    was = {hold.id: hold for hold in _before(batch, orders, references)}
    owners: list[Order | Reference] = [*orders.values(), *references.values()]
    kept: dict[UUID, tuple[Order | Reference, AnyHold]] = {
        hold.id: (owner, hold) for owner in owners for hold in owner.holds
    }
    made = [_row(owner, hold, level_ids) for id_, (owner, hold) in kept.items() if id_ not in was]
    changed = [
        (id_, hold.quantity, hold.expires_at) for id_, (_, hold) in kept.items() if id_ in was and was[id_] != hold
    ]
    insert_holds(cursor(), made, now=now)
    update_holds(cursor(), changed)
    delete_holds(cursor(), [id_ for id_ in was if id_ not in kept])


def _before(batch: Batch, orders: Iterable[UUID], references: Iterable[tuple[int, str]]) -> Iterator[AnyHold]:
    for order_id in orders:
        yield from batch.orders[order_id].holds
    for store_id, name in references:
        if known := batch.references.get(store_id, {}).get(name):
            yield from known.holds


def _row(owner: Order | Reference, hold: AnyHold, level_ids: Mapping[LevelKey, int]) -> tuple[Any, ...]:
    order_id, line_id, reference = None, None, ""
    if isinstance(owner, Order) and isinstance(hold, Hold):
        order_id, line_id = owner.id, hold.line_id
    elif isinstance(owner, Reference):
        reference = owner.name
    level_id = level_ids[hold.key]
    return (hold.id, owner.store_id, level_id, hold.quantity, order_id, line_id, reference, hold.expires_at)
