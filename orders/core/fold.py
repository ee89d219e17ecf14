"""A batch's decisions: each command sees what the ones before it left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inventory.core.levels import Level, LevelKey, Location
from orders.core.changes import Applied
from orders.core.decide import decide
from orders.core.order import Command, Order
from orders.core.outcomes import Code, Rejection
from orders.core.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a batch was loaded with. `levels`: product id -> its levels in any order."""

    commands: Sequence[Command]
    orders: Mapping[UUID, Order]
    levels: Mapping[int, Sequence[Level]]
    locations: Mapping[int, Sequence[Location]]
    products: Mapping[int, Mapping[str, tuple[int, bool]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`before`: the order as the command found it."""

    command: Command
    before: Order | None
    outcome: Applied | Rejection


def fold(
    batch: Batch,
    *,
    now: datetime,
    new_id: Callable[[], UUID],
    numbers_max: Mapping[int, int] | None = None,
) -> list[Decided]:
    """Decide the commands in their order.

    `numbers_max`: store id -> how many invoice numbers there are, where a sale without one is refused; None where a
    sale goes on without one.
    """
    orders = dict(batch.orders)
    priorities = {location.id: location.priority for store in batch.locations.values() for location in store}
    stock = {product_id: _in_pick_order(levels, priorities) for product_id, levels in batch.levels.items()}
    numbers = None if numbers_max is None else dict(numbers_max)
    worlds = {
        store_id: World(
            now=now,
            new_id=new_id,
            stock=stock,
            locations=locations,
            products=batch.products.get(store_id, {}),
        )
        for store_id, locations in batch.locations.items()
    }
    decided = []
    for command in batch.commands:
        before = orders[command.order_id] if command.order_id else None
        outcome = decide(before, command, worlds[command.store_id])
        if isinstance(outcome, Applied):
            if outcome.takes_number and numbers is not None:
                if not numbers.get(command.store_id):
                    decided.append(Decided(command=command, before=before, outcome=_POOL_EMPTY))
                    continue
                numbers[command.store_id] -= 1
            if outcome.order is not None:
                orders[outcome.order.id] = outcome.order
            _put_levels(stock, outcome.levels, priorities)
        decided.append(Decided(command=command, before=before, outcome=outcome))
    return decided


_POOL_EMPTY = Rejection(
    code=Code.INVOICE_POOL_EMPTY, detail="No invoice number is left, and this shop does not sell without one."
)


def _in_pick_order(levels: Sequence[Level], priorities: Mapping[int, int]) -> tuple[Level, ...]:
    return tuple(sorted(levels, key=lambda level: (priorities[level.key[1]], level.key[1])))


def _put_levels(
    stock: dict[int, tuple[Level, ...]], changed: Mapping[LevelKey, Level], priorities: Mapping[int, int]
) -> None:
    for key, level in changed.items():
        others = (known for known in stock.get(key[0], ()) if known.key != key)
        stock[key[0]] = _in_pick_order((*others, level), priorities)
