"""Holds under a reference of the caller's own: taken, given up, or committed as outbound. All items or none."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from inventory.core.tally import Tally
from orders.commands.core.changes import Applied
from orders.commands.core.lapse import has_lapsed, is_expiry
from orders.commands.core.order import Command, Reference, ReferenceHold
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.world import World
from orders.stock.core.give_way import given_up, gives_way, less
from orders.stock.core.held import Held
from orders.stock.core.items import Item, items_of, levels_after
from orders.stock.core.shortage import stock_insufficient


def hold(command: Command, world: World) -> Applied | Rejection:
    """Further items may be held under a reference that holds some already."""
    reference = _reference(command, world)
    expires_at = world.expiry(command.payload.get("expires_in_s"))
    tally = world.tally()
    items = items_of(command, world)
    holds, short, skipped = list(reference.holds), set[int](), list[str]()
    for item in items:
        if not item.tracks_stock:
            skipped.append(item.sku)
        elif shares := tally.hold(item.product_id, item.quantity):
            holds += (
                ReferenceHold(id=world.new_id(), key=share.key, quantity=share.quantity, expires_at=expires_at)
                for share in shares
            )
        else:
            short.add(item.product_id)
    if short:
        return stock_insufficient(_asked(short, items), world=world)
    after = replace(reference, holds=tuple(holds), lapsed=reference.lapsed - {key[0] for key in tally.levels})
    result = {"expires_at": expires_at.isoformat() if expires_at else None, "skipped": skipped}
    return _applied(command, world, tally, after, result)


def release_hold(command: Command, world: World) -> Applied | Rejection:
    """Without items: all that the reference holds. The task that releases what lapsed releases only that; what gives
    way to a count is the newest at each level."""
    reference = _reference(command, world)
    if is_expiry(command):
        return _release_lapsed(command, world, reference)
    if gives_way(command):
        return _give_way(command, world, reference)
    tally = world.tally()
    if not (items := items_of(command, world)):
        return _release_all(command, world, tally, reference)
    after = _use(reference, items, tally, consume=False)
    return after if isinstance(after, Rejection) else _applied(command, world, tally, after, {})


def commit_hold(command: Command, world: World) -> Applied | Rejection:
    tally = world.tally()
    after = _use(_reference(command, world), items_of(command, world), tally, consume=True)
    return after if isinstance(after, Rejection) else _applied(command, world, tally, after, {})


def _reference(command: Command, world: World) -> Reference:
    name = command.payload["reference"]
    none = Reference(store_id=command.store_id, name=name, holds=())
    return world.references.get(name, none)


def _release_all(command: Command, world: World, tally: Tally, reference: Reference) -> Applied | Rejection:
    if not reference.holds:
        return Rejection(code=Code.HOLD_NOT_FOUND, detail=f"Nothing is held under {reference.name}.")
    for one in reference.holds:
        tally.drop(one.key, one.quantity)
    return _applied(command, world, tally, replace(reference, holds=()), {})


def _release_lapsed(command: Command, world: World, reference: Reference) -> Applied | Rejection:
    lapsed = [one for one in reference.holds if has_lapsed(one, now=world.now)]
    if not lapsed:
        return Rejection(code=Code.HOLD_NOT_FOUND, detail=f"No hold of {reference.name} has lapsed.")
    tally = world.tally()
    for one in lapsed:
        tally.drop(one.key, one.quantity)
    after = replace(
        reference,
        holds=tuple(one for one in reference.holds if not has_lapsed(one, now=world.now)),
        lapsed=reference.lapsed | {one.key[0] for one in lapsed},
    )
    return _applied(command, world, tally, after, {})


def _give_way(command: Command, world: World, reference: Reference) -> Applied:
    gone = given_up(reference, command, world)
    tally = world.tally()
    for one in reference.holds:
        if quantity := gone.get(one.id):
            tally.drop(one.key, quantity)
    return _applied(command, world, tally, replace(reference, holds=less(reference.holds, gone)), {})


def _use(reference: Reference, items: Iterable[Item], tally: Tally, *, consume: bool) -> Reference | Rejection:
    """Take each item off what is held of it, the longest held first."""
    holds = Held(reference.holds, of=lambda one: one.key[0])
    touch = tally.consume if consume else tally.drop
    errors: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for item in items:
        held = holds.quantity(item.product_id)
        # What is held is given up or taken whether or not the product is still counted.
        if not held and not item.tracks_stock:
            continue
        if held < item.quantity:
            row = {"index": item.index, "sku": item.sku, "requested": item.quantity, "held": held}
            (lost if consume and item.product_id in reference.lapsed else errors).append(row)
            continue
        holds.use(item.product_id, item.quantity, touch)
    if errors:
        detail = f"Not held under {reference.name}. {_told(errors)}."
        return Rejection(code=Code.HOLD_NOT_FOUND, detail=detail, lines=errors)
    if lost:
        detail = f"The hold {reference.name} has expired. {_told(lost)}."
        return Rejection(code=Code.HOLD_EXPIRED, detail=detail, lines=lost)
    return replace(reference, holds=holds.left())


def _told(errors: Iterable[dict[str, Any]]) -> str:
    return ", ".join(f"{row['sku']}: {row['requested']} asked for, {row['held']} held" for row in errors)


def _asked(product_ids: Collection[int], items: Iterable[Item]) -> dict[tuple[str, int], int]:
    """(SKU, product id) -> what all items together ask of it."""
    asked: dict[tuple[str, int], int] = {}
    for item in items:
        if item.product_id in product_ids:
            asked[item.sku, item.product_id] = asked.get((item.sku, item.product_id), 0) + item.quantity
    return asked


def _applied(command: Command, world: World, tally: Tally, after: Reference, result: dict[str, Any]) -> Applied:
    items = items_of(command, world)
    return Applied(
        order=None,
        held=after,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=command.payload.get("reason") or "",
        reference=after.name,
        result={"reference": after.name, "items": _successes(items, tally, world), **result},
    )


def _successes(items: Iterable[Item], tally: Tally, world: World) -> list[dict[str, Any]]:
    """Per item that it went well: an inventory service's callers look at each."""
    items = list(items)
    after = {row["sku"]: row for row in levels_after(tally.levels, items, world)} if items else {}
    return [
        {
            "index": item.index,
            "sku": item.sku,
            "quantity": item.quantity,
            "success": True,
            "skipped": item.sku not in after,
        }
        for item in items
    ]
