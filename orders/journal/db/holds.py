"""Holds of orders and of references: what a batch made, changed and used up, told from before and after."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.changes import Applied
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.journal.core.batch import Batch

AnyHold = Hold | ReferenceHold
Row = dict[str, Any]


def hold_rows(
    batch: Batch, applied: Iterable[tuple[Command, Order | None, Applied]], level_ids: Mapping[LevelKey, int]
) -> tuple[list[Row], list[Row], list[UUID]]:
    """The holds that were made, those that were changed, and the ids of those that are used up."""
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
        {"id": id_, "quantity": hold.quantity, "expires_at": hold.expires_at}
        for id_, (_, hold) in kept.items()
        if id_ in was and was[id_] != hold
    ]
    return made, changed, [id_ for id_ in was if id_ not in kept]


def _before(batch: Batch, orders: Iterable[UUID], references: Iterable[tuple[int, str]]) -> Iterator[AnyHold]:
    for order_id in orders:
        yield from batch.orders[order_id].holds
    for store_id, name in references:
        if known := batch.references.get(store_id, {}).get(name):
            yield from known.holds


def _row(owner: Order | Reference, hold: AnyHold, level_ids: Mapping[LevelKey, int]) -> Row:
    return {
        "id": hold.id,
        "store_id": owner.store_id,
        "level_id": level_ids[hold.key],
        "quantity": hold.quantity,
        "order_id": owner.id if isinstance(owner, Order) else None,
        "order_line_id": hold.line_id if isinstance(hold, Hold) else None,
        "reference": "" if isinstance(owner, Order) else owner.name,
        "expires_at": hold.expires_at,
    }
