"""A batch's state: what its commands so far have left, and what else has to move before the next one can be decided.

Orders, references and levels as they are by now. Each store's rules look at them through its World. Before a command is
decided, its own order's lapsed hold is released; if it then lacks something, so are the lapsed holds of others; and if
the command says so, the newest holds give way. Each of those is a command of its own, decided like any other.

What the batch was not loaded with cannot give way here: it is noted in `asked`, and the batch is begun anew with it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from inventory.core.levels import Level, LevelKey, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.days import UTC_DAYS
from orders.commands.core.holds import expiry, has_lapsed, is_expiry, lost_its_hold
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order, Reference
from orders.commands.core.outcomes import Rejection
from orders.commands.core.payloads import OfReference, OnShortage, YieldedTo
from orders.commands.core.rule import Applied, Backorder, World
from orders.journal.core.batch import Asked, Batch, Decided, Newest
from orders.journal.core.decide import decide
from orders.stock.core.give_way import Owner, Yielding, gave_way, give_way, newest


class State:
    """What the next command of the batch finds; the worlds look at it."""

    def __init__(self, batch: Batch, *, now: datetime, new_id: Callable[[], UUID]) -> None:
        self.orders = dict(batch.orders)
        self._priorities = {location.id: location.priority for store in batch.locations.values() for location in store}
        self._stock = {product_id: self._in_pick_order(levels) for product_id, levels in batch.levels.items()}
        store_ids = {command.store_id for command in batch.commands}
        self._references = {store_id: dict(batch.references.get(store_id, {})) for store_id in store_ids}
        self._backorders = dict(batch.backorders)
        self._handed_over = {order_id: dict(levels) for order_id, levels in batch.handed_over.items()}
        self._allocates = any(command.kind is Kind.ALLOCATE for command in batch.commands)
        self.asked = Asked()
        self.kept = {*batch.kept, *(command.order_id for command in batch.commands if batch.known(command))}
        # What is held from now on does not lapse before the batch is over.
        self._lapsed = [owner for owner in self._owners() if lost_its_hold(owner, now=now)]
        self.worlds = {
            store_id: World(
                now=now,
                new_id=new_id,
                stock=self._stock,
                strategy=batch.strategy,
                why_not=batch.why_not,
                locations=batch.locations.get(store_id, ()),
                products=batch.products.get(store_id, {}),
                references=self._references[store_id],
                backorders=self._backorders,
                authorizations=batch.authorizations,
                handed_over=self._handed_over,
                hold_expires_s=batch.hold_expires_s.get(store_id, 0),
                calendar=batch.calendars.get(store_id, UTC_DAYS),
                coin_minor=batch.coins.get(store_id, 1),
            )
            for store_id in store_ids
        }

    def lapse(self, command: Command) -> Decided | None:
        """What the command's order or reference has lost to time is released before it: nobody waits for the task."""
        world = self.worlds[command.store_id]
        order = self.orders[command.order_id] if command.order_id else None
        payload = command.payload
        owner = world.references.get(payload.reference) if isinstance(payload, OfReference) else order
        if owner is None or is_expiry(command) or not lost_its_hold(owner, now=world.now):
            return None
        return self._carry_out(expiry(owner, new_id=world.new_id))

    def decide(self, before: Order | None, command: Command) -> tuple[Applied | Rejection, list[Decided]]:
        """The outcome, and what came before it: where something lacks, others' holds that have lapsed are released, and
        if the command says so, the newest ones give way."""
        world = self.worlds[command.store_id]
        world.lacked.clear()
        outcome = decide(before, command, world)
        if others := self._lapse_others(command, frozenset(world.lacked)):
            outcome = decide(before, command, world)
        payload = command.payload
        if isinstance(payload, YieldedTo) and payload.shortage is OnShortage.RELEASE:
            yielding = self._newest(outcome.overdrawn)
            others += [self._carry_out(one) for one in give_way(yielding, command, payload, world)]
            if yielding:
                outcome = decide(before, command, world)
                assert isinstance(outcome, Applied), "what it gave way to is refused"
            if isinstance(outcome, Applied):
                outcome = replace(outcome, gave_way=gave_way(yielding, world))
        return outcome, others

    def _lapse_others(self, command: Command, lacked: frozenset[int]) -> list[Decided]:
        self.asked.lacked.update(lacked)
        gone = [
            one
            for one in self._lapsed
            if lacked.intersection(self._lost(one, now=self.worlds[command.store_id].now))
            and (isinstance(one, Reference) or one.id not in self.kept)
            and lost_its_hold(self._now(one), now=self.worlds[command.store_id].now)
        ]
        return [self._carry_out(expiry(one, new_id=self.worlds[one.store_id].new_id)) for one in gone]

    def _lost(self, owner: Owner, *, now: datetime) -> Iterator[int]:
        """Products. An order's holds end together, a reference's each by itself."""
        return (hold.key[0] for hold in owner.holds if isinstance(owner, Order) or has_lapsed(hold, now=now))

    def _newest(self, overdrawn: Mapping[LevelKey, int]) -> list[Yielding]:
        """What gives way at these levels; nothing where somebody who is not known yet has to."""
        found: list[Yielding] = []
        is_enough = True
        for key, yielding in newest(self._owners(), overdrawn).items():
            quantity = overdrawn[key]
            enough = sum(one.quantity for one in yielding) == quantity
            oldest = yielding[-1].hold.id if yielding else None
            self.asked.give_way(key, Newest(quantity=quantity, enough=enough, oldest=oldest))
            found += yielding
            is_enough &= enough
        return found if is_enough else []

    def _owners(self) -> Iterator[Owner]:
        yield from self.orders.values()
        for of_store in self._references.values():
            yield from of_store.values()

    def _now(self, owner: Owner) -> Owner:
        return self.orders[owner.id] if isinstance(owner, Order) else self._references[owner.store_id][owner.name]

    def _carry_out(self, made: Command) -> Decided:
        before = self.orders[made.order_id] if made.order_id else None
        outcome = decide(before, made, self.worlds[made.store_id])
        assert isinstance(outcome, Applied), outcome
        self.apply(made, outcome)
        return Decided(command=made, before=before, outcome=outcome)

    def apply(self, command: Command, change: Applied) -> None:
        if change.order is not None:
            self.orders[change.order.id] = change.order
            self._hand_over(change.order, change.stock_moved)
            if self._allocates:
                self._await(change.order)
        if change.held is not None:
            self._references[command.store_id][change.held.name] = change.held
        for key, level in change.levels.items():
            others = (known for known in self._stock.get(key[0], ()) if known.key != key)
            self._stock[key[0]] = self._in_pick_order((*others, level))

    def _hand_over(self, order: Order, stock_moved: Iterable[StockMoved]) -> None:
        """An order may be cancelled in the batch that pays it."""
        left = self._handed_over.setdefault(order.id, {})
        for moved in stock_moved:
            if moved.kind in (MovementKind.OUTBOUND, MovementKind.RETURN_IN):
                left[moved.key] = left.get(moved.key, 0) - moved.quantity_change

    def _await(self, order: Order) -> None:
        """An order's own backorders as they are by now, in place of those that were loaded."""
        awaited: dict[int, int] = {}
        for line in order.lines:
            awaited[line.product_id] = awaited.get(line.product_id, 0) + line.backordered
        for product_id, quantity in awaited.items():
            others = [one for one in self._backorders.get(product_id, ()) if one.order_id != order.id]
            if quantity and order.backordered_at:
                others.append(Backorder(order.backordered_at, order.id, quantity))
            self._backorders[product_id] = others

    def _in_pick_order(self, levels: Iterable[Level]) -> tuple[Level, ...]:
        """Levels are locked after locations were read: one of a location that came in between is left alone."""
        known = (level for level in levels if level.key[1] in self._priorities)
        return tuple(sorted(known, key=lambda level: (self._priorities[level.key[1]], level.key[1])))
