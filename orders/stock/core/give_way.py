"""Giving way: where fewer lie there than are reserved, the newest holds are given up, by commands of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from inventory.core.levels import LevelKey
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.world import World

RELEASE = "release"
YIELDED_TO = frozenset({Kind.ADJUST, Kind.COUNT, Kind.IMPORT, Kind.WRITE_OFF})
"""They say what lies there."""

_CAUSE = "gives_way_to"
"""A field of the payload that no terminal's command can have."""

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


def give_way(yielding: Iterable[Yielding], cause: Command, world: World) -> list[Command]:
    """One for each order and each reference, in the name of whoever counted."""
    skus, codes = _names(world)
    of_owner: dict[UUID | str, tuple[Owner, dict[LevelKey, int]]] = {}
    for one in yielding:
        name = one.owner.id if isinstance(one.owner, Order) else one.owner.name
        levels = of_owner.setdefault(name, (one.owner, {}))[1]
        levels[one.hold.key] = levels.get(one.hold.key, 0) + one.quantity
    return [
        _command(
            owner,
            [{"sku": skus[key[0]], "location": codes[key[1]], "quantity": levels[key]} for key in levels],
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


def _command(owner: Owner, items: list[dict[str, Any]], cause: Command, world: World) -> Command:
    of = {} if isinstance(owner, Order) else {"reference": owner.name}
    reason = cause.payload.get("reason") or str(cause.kind)
    return Command(
        id=world.new_id(),
        kind=Kind.BACKORDER if isinstance(owner, Order) else Kind.RELEASE_HOLD,
        store_id=owner.store_id,
        order_id=owner.id if isinstance(owner, Order) else None,
        issued_by=cause.issued_by,
        terminal_id=None,
        role=None,
        payload={**of, "items": items, "reason": reason, _CAUSE: str(cause.id)},
    )


def gives_way(command: Command) -> bool:
    return command.role is None and _CAUSE in command.payload


def given_up(owner: Owner, command: Command, world: World) -> dict[UUID, int]:
    """Hold id -> how much of it gives way, the newest of the owner's holds at each level first."""
    items = command.payload["items"]
    given = {(world.products[item["sku"]][0], world.location_id(item["location"])): item["quantity"] for item in items}
    return {one.hold.id: one.quantity for found in newest([owner], given).values() for one in found}


def less(holds: Iterable[AnyHold], gone: Mapping[UUID, int]) -> tuple[AnyHold, ...]:
    """The holds without what is gone of them; those of which nothing is left are gone."""
    left = (replace(hold, quantity=hold.quantity - gone.get(hold.id, 0)) for hold in holds)
    return tuple(hold for hold in left if hold.quantity)


def released(yielding: Iterable[Yielding], world: World) -> list[dict[str, Any]]:
    """What whoever counted is told: of each SKU, which order or reference lost how much."""
    skus, _ = _names(world)
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in yielding:
        whose = {"order_id": str(one.owner.id)} if isinstance(one.owner, Order) else {"reference": one.owner.name}
        sku = skus[one.hold.key[0]]
        row = rows.setdefault((sku, *whose, *whose.values()), {"sku": sku, "quantity": 0, **whose})
        row["quantity"] += one.quantity
    return list(rows.values())
