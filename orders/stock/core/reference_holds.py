"""Holds under a reference of the caller's own: taken, given up, or committed as outbound. All items or none."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from inventory.core.levels import Tally
from orders.commands.core.holds import Held, has_lapsed, is_expiry
from orders.commands.core.order import Command, Reference, ReferenceHold
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import CommitHold, Hold, OfReference, ReleaseHold, StockItem
from orders.commands.core.results import HeldUnder, ItemDone, LetGo, NotHeld
from orders.commands.core.rule import Applied, World
from orders.stock.core.give_way import given_up, less
from orders.stock.core.items import Item, items_of, levels_after
from orders.stock.core.shortage import stock_insufficient


def hold(command: Command, payload: Hold, world: World) -> Applied | Rejection:
    """Further items may be held under a reference that holds some already."""
    reference = _reference(command, payload, world)
    expires_at = world.expiry(payload.expires_in_s)
    tally = world.tally()
    items = items_of(payload.items, world)
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
    done = _done(items, tally, world)
    result = HeldUnder(reference=after.name, items=done, expires_at=expires_at, skipped=skipped)
    return _applied(after, tally, result)


def release_hold(command: Command, payload: ReleaseHold, world: World) -> Applied | Rejection:
    """Without items: all that the reference holds. The task that releases what lapsed releases only that; what gives
    way to a count is the newest at each level."""
    reference = _reference(command, payload, world)
    if is_expiry(command):
        return _release_lapsed(reference, payload, world)
    if command.role is None and payload.gives_way_to:
        return _give_way(reference, payload, world)
    tally = world.tally()
    if not (items := items_of(payload.items, world)):
        return _release_all(reference, payload, tally)
    after = _use(reference, items, tally, consume=False)
    return after if isinstance(after, Rejection) else _let_go(after, _done(items, tally, world), tally, payload.reason)


def commit_hold(command: Command, payload: CommitHold, world: World) -> Applied | Rejection:
    tally = world.tally()
    items = items_of(payload.items, world)
    after = _use(_reference(command, payload, world), items, tally, consume=True)
    return after if isinstance(after, Rejection) else _let_go(after, _done(items, tally, world), tally)


def _reference(command: Command, payload: OfReference, world: World) -> Reference:
    name = payload.reference
    none = Reference(store_id=command.store_id, name=name, holds=())
    return world.references.get(name, none)


def _release_all(reference: Reference, payload: ReleaseHold, tally: Tally) -> Applied | Rejection:
    if not reference.holds:
        return Rejection(code=Code.HOLD_NOT_FOUND, detail=f"Nothing is held under {reference.name}.")
    for one in reference.holds:
        tally.drop(one.key, one.quantity)
    return _let_go(replace(reference, holds=()), [], tally, payload.reason)


def _release_lapsed(reference: Reference, payload: ReleaseHold, world: World) -> Applied | Rejection:
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
    return _let_go(after, [], tally, payload.reason)


def _give_way(reference: Reference, payload: ReleaseHold, world: World) -> Applied:
    gone = given_up(reference, payload.items, world)
    tally = world.tally()
    for one in reference.holds:
        if quantity := gone.get(one.id):
            tally.drop(one.key, quantity)
    done = _done(items_of(payload.items, world), tally, world)
    return _let_go(replace(reference, holds=less(reference.holds, gone)), done, tally, payload.reason)


def _use(
    reference: Reference, items: Iterable[Item[StockItem]], tally: Tally, *, consume: bool
) -> Reference | Rejection:
    """Take each item off what is held of it, the longest held first."""
    holds = Held(reference.holds, of=lambda one: one.key[0])
    touch = tally.consume if consume else tally.drop
    errors: list[NotHeld] = []
    lost: list[NotHeld] = []
    for item in items:
        held = holds.quantity(item.product_id)
        # What is held is given up or taken whether or not the product is still counted.
        if not held and not item.tracks_stock:
            continue
        if held < item.quantity:
            row = NotHeld(index=item.index, sku=item.sku, requested=item.quantity, held=held)
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


def _told(errors: Iterable[NotHeld]) -> str:
    return ", ".join(f"{row.sku}: {row.requested} asked for, {row.held} held" for row in errors)


def _asked(product_ids: Collection[int], items: Iterable[Item[StockItem]]) -> dict[tuple[str, int], int]:
    """(SKU, product id) -> what all items together ask of it."""
    asked: dict[tuple[str, int], int] = {}
    for item in items:
        if item.product_id in product_ids:
            asked[item.sku, item.product_id] = asked.get((item.sku, item.product_id), 0) + item.quantity
    return asked


def _let_go(after: Reference, done: Sequence[ItemDone], tally: Tally, reason: str = "") -> Applied:
    return _applied(after, tally, LetGo(after.name, done), reason)


def _applied(after: Reference, tally: Tally, result: HeldUnder | LetGo, reason: str = "") -> Applied:
    return Applied(
        order=None,
        held=after,
        levels=tally.levels,
        stock_moved=tally.moved(),
        reason=reason,
        reference=after.name,
        result=result,
    )


def _done(items: Iterable[Item[StockItem]], tally: Tally, world: World) -> list[ItemDone]:
    """Per item that it went well."""
    items = list(items)
    moved = {row.sku for row in levels_after(tally.levels, items, world)} if items else set()
    return [
        ItemDone(index=item.index, sku=item.sku, quantity=item.quantity, skipped=item.sku not in moved)
        for item in items
    ]
