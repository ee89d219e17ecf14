"""A batch's decisions: each command sees what the ones before it left."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from inventory.core.allocate import Strategy, allocate
from inventory.core.levels import Level, Location, StockMoved
from inventory.core.movements import MovementKind
from orders.core.authorization import Authorization, Awaiting, to_await
from orders.core.changes import Applied
from orders.core.days import UTC_DAYS, Calendar
from orders.core.decide import decide
from orders.core.lapse import expiry, is_expiry, lost_its_hold
from orders.core.machine import REFERENCE_KINDS, Kind
from orders.core.order import Command, Order, Reference
from orders.core.outcomes import Code, Rejection
from orders.core.world import Backorder, HandedOver, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a batch was loaded with. `levels`: product id -> its levels in any order. `references`: the holds of the
    references that commands name, by store and name. `backorders`: product id -> what orders wait for, of the products
    of every order that has an `allocate`. `authorizations`: of each command that asked for some. `handed_over`: of each
    paid order that has a `cancel`."""

    commands: Sequence[Command]
    orders: Mapping[UUID, Order]
    levels: Mapping[int, Sequence[Level]]
    locations: Mapping[int, Sequence[Location]]
    products: Mapping[int, Mapping[str, tuple[int, bool]]]
    references: Mapping[int, Mapping[str, Reference]] = field(default_factory=dict)
    backorders: Mapping[int, Sequence[Backorder]] = field(default_factory=dict)
    authorizations: Mapping[UUID, Sequence[Authorization]] = field(default_factory=dict)
    handed_over: HandedOver = field(default_factory=dict)
    hold_expires_s: Mapping[int, int] = field(default_factory=dict)
    calendars: Mapping[int, Calendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`before`: the order as the command found it."""

    command: Command
    before: Order | None
    outcome: Applied | Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """`made`: commands that are not in the journal yet, which release what had lapsed. `awaiting`: pays that wait for a
    payment provider, and with each the later commands of its order."""

    decided: list[Decided]
    awaiting: list[Awaiting]
    made: list[Command]


def fold(
    batch: Batch,
    *,
    now: datetime,
    new_id: Callable[[], UUID],
    strategy: Strategy = allocate,
    numbers_max: Mapping[int, int] | None = None,
) -> Folded:
    """Decide the commands in their order.

    `numbers_max`: store id -> how many invoice numbers there are, where a sale without one is refused; None where a
    sale goes on without one.
    """
    state = _State(batch, now=now, new_id=new_id, strategy=strategy)
    numbers = None if numbers_max is None else dict(numbers_max)
    decided: list[Decided] = []
    awaiting: dict[UUID | None, Awaiting] = {}
    made: list[Command] = []
    for command in batch.commands:
        if command.order_id in awaiting:
            awaiting[command.order_id].behind.append(command)
            continue
        # What is asked of a provider while the goods were held has them still when the answer comes.
        if not _known(batch, command) and (lapse := state.lapse(command)):
            made.append(lapse.command)
            decided.append(lapse)
        before = state.orders[command.order_id] if command.order_id else None
        outcome = decide(before, command, state.worlds[command.store_id])
        if isinstance(outcome, Applied) and outcome.takes_number and numbers is not None:
            outcome = outcome if numbers.get(command.store_id) else _POOL_EMPTY
        if isinstance(outcome, Applied):
            if command.kind is Kind.PAY and (waits := to_await(command, _known(batch, command), new_id=new_id)):
                awaiting[command.order_id] = waits
                continue
            if outcome.takes_number and numbers is not None:
                numbers[command.store_id] -= 1
            state.apply(command, outcome)
        decided.append(Decided(command=command, before=before, outcome=outcome))
    return Folded(decided=decided, awaiting=list(awaiting.values()), made=made)


def _known(batch: Batch, command: Command) -> Sequence[Authorization]:
    return batch.authorizations.get(command.id, ())


class _State:
    """What the next command of the batch finds; the worlds look at it."""

    def __init__(self, batch: Batch, *, now: datetime, new_id: Callable[[], UUID], strategy: Strategy) -> None:
        self.orders = dict(batch.orders)
        self._priorities = {location.id: location.priority for store in batch.locations.values() for location in store}
        self._stock = {product_id: self._in_pick_order(levels) for product_id, levels in batch.levels.items()}
        store_ids = {command.store_id for command in batch.commands}
        self._references = {store_id: dict(batch.references.get(store_id, {})) for store_id in store_ids}
        self._backorders = dict(batch.backorders)
        self._handed_over = {order_id: dict(levels) for order_id, levels in batch.handed_over.items()}
        self._allocates = any(command.kind is Kind.ALLOCATE for command in batch.commands)
        self.worlds = {
            store_id: World(
                now=now,
                new_id=new_id,
                stock=self._stock,
                strategy=strategy,
                locations=batch.locations.get(store_id, ()),
                products=batch.products.get(store_id, {}),
                references=self._references[store_id],
                backorders=self._backorders,
                authorizations=batch.authorizations,
                handed_over=self._handed_over,
                hold_expires_s=batch.hold_expires_s.get(store_id, 0),
                calendar=batch.calendars.get(store_id, UTC_DAYS),
            )
            for store_id in store_ids
        }

    def lapse(self, command: Command) -> Decided | None:
        """What the command's order or reference has lost to time is released before it: nobody waits for the task."""
        world = self.worlds[command.store_id]
        order = self.orders[command.order_id] if command.order_id else None
        owner = world.references.get(command.payload["reference"]) if command.kind in REFERENCE_KINDS else order
        if owner is None or is_expiry(command) or not lost_its_hold(owner, now=world.now):
            return None
        release = expiry(owner, new_id=world.new_id)
        outcome = decide(order, release, world)
        assert isinstance(outcome, Applied), outcome
        self.apply(release, outcome)
        return Decided(command=release, before=order, outcome=outcome)

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


_POOL_EMPTY = Rejection(
    code=Code.INVOICE_POOL_EMPTY, detail="No invoice number is left, and this shop does not sell without one."
)
