"""Giving way: where fewer lie there than are reserved, the newest holds are given up, by commands of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.payloads import Backorder, ReleaseHold, StockItem, YieldedTo
from orders.commands.core.results import GaveWay
from orders.commands.core.rule import World

Owner: TypeAlias = Order | Reference
AnyHold = TypeVar("AnyHold", Hold, ReferenceHold)


@dataclass(frozen=True, slots=True)
class Yielding:
    """A hold that gives way, and how much of it."""

    owner: Owner
    hold: Hold | ReferenceHold
    quantity: int


def newest(owners: Iterable[Owner], overdrawn: Mapping[LevelKey, int]) -> dict[LevelKey, list[Yielding]]:
    """The newest holds of each level that together are so many; fewer where there are not. Ids go by time."""
    held: dict[LevelKey, list[tuple[Hold | ReferenceHold, Owner]]] = {key: [] for key in overdrawn}
    for owner in owners:
        for hold in owner.holds:
            if hold.key in held:
                held[hold.key].append((hold, owner))
    return {key: _newest(held[key], quantity) for key, quantity in overdrawn.items()}


def _newest(held: Iterable[tuple[Hold | ReferenceHold, Owner]], quantity: int) -> list[Yielding]:
    yielding = []
    for hold, owner in sorted(held, key=lambda one: one[0].id, reverse=True):
        if quantity > 0:
            yielding.append(Yielding(owner, hold, min(hold.quantity, quantity)))
            quantity -= hold.quantity
    return yielding


def give_way(yielding: Iterable[Yielding], cause: Command, payload: YieldedTo, world: World) -> list[Command]:
    """One for each order and each reference, in the name of whoever counted."""
    skus, codes = _names(world)
    of_owner: dict[UUID | str, tuple[Owner, dict[LevelKey, int]]] = {}
    for one in yielding:
        name = one.owner.id if isinstance(one.owner, Order) else one.owner.name
        levels = of_owner.setdefault(name, (one.owner, {}))[1]
        levels[one.hold.key] = levels.get(one.hold.key, 0) + one.quantity
    reason = payload.reason or str(cause.kind)
    return [
        _command(
            owner,
            [StockItem(skus[key[0]], levels[key], codes[key[1]]) for key in levels],
            reason,
            cause,
            world,
        )
        for owner, levels in of_owner.values()
    ]


def _names(world: World) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """The SKUs of the products that commands name, and the codes of locations."""
    return (
        {product_id: sku for sku, (product_id, _) in world.products.items()},
        {location.id: location.code for location in world.locations},
    )


def _command(owner: Owner, items: Sequence[StockItem], reason: str, cause: Command, world: World) -> Command:
    return Command(
        id=world.new_id(),
        kind=Kind.BACKORDER if isinstance(owner, Order) else Kind.RELEASE_HOLD,
        store_id=owner.store_id,
        order_id=owner.id if isinstance(owner, Order) else None,
        issued_by=cause.issued_by,
        terminal_id=None,
        role=None,
        payload=Backorder(items, reason, gives_way_to=cause.id)
        if isinstance(owner, Order)
        else ReleaseHold(owner.name, items, reason, gives_way_to=cause.id),
    )


def given_up(owner: Owner, items: Iterable[StockItem], world: World) -> dict[UUID, int]:
    """Hold id -> how much of it gives way, the newest of the owner's holds at each level first."""
    given = {(world.products[item.sku][0], world.location_id(item.location)): item.quantity for item in items}
    return {one.hold.id: one.quantity for found in newest([owner], given).values() for one in found}


def less(holds: Iterable[AnyHold], gone: Mapping[UUID, int]) -> tuple[AnyHold, ...]:
    """The holds without what is gone of them; those of which nothing is left are gone."""
    left = (replace(hold, quantity=hold.quantity - gone.get(hold.id, 0)) for hold in holds)
    return tuple(hold for hold in left if hold.quantity)


def gave_way(yielding: Iterable[Yielding], world: World) -> list[GaveWay]:
    """What whoever counted is told: of each SKU, which order or reference lost how much."""
    skus, _ = _names(world)
    lost: dict[tuple[str, UUID | None, str], int] = {}
    for one in yielding:
        whose = (one.owner.id, "") if isinstance(one.owner, Order) else (None, one.owner.name)
        key = (skus[one.hold.key[0]], *whose)
        lost[key] = lost.get(key, 0) + one.quantity
    return [
        GaveWay(sku=sku, quantity=quantity, order_id=order_id, reference=reference)
        for (sku, order_id, reference), quantity in lost.items()
    ]
