"""A shop as the core says it is: what its commands made of it, one at a time or in batches, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from inventory.core.levels import Level, LevelKey, Location, StockMoved
from inventory.core.movements import MovementKind
from orders.commands.core.authorization import Authorization
from orders.commands.core.holds import has_lapsed
from orders.commands.core.machine import Status
from orders.commands.core.order import Command, Hold, Order, Reference, ReferenceHold
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.rule import Applied, Backorder, EntryWritten, MoneyMoved
from orders.journal.core.batch import Batch, Decided
from orders.journal.core.fold import fold
from orders.journal.db.told import details_of, result_of

COIN_MINOR = 20
"""The smallest one: some prices are no multiples of it."""


def counting() -> Callable[[], UUID]:
    """Ids that two models make alike."""
    numbers = count(1)
    return lambda: UUID(int=next(numbers))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a command's sender is told."""

    code: str
    detail: str
    lines: list[dict[str, Any]]
    result: dict[str, Any] | None


def verdict(outcome: Applied | Rejection, number: str | None) -> Verdict:
    if isinstance(outcome, Rejection):
        return Verdict(outcome.code, outcome.detail, details_of(outcome.lines), None)
    return Verdict(Code.APPLIED, "", [], result_of(outcome, number=number, is_pending=number is None))


@dataclass(frozen=True, slots=True)
class CreditNote:
    """`number`: None while it follows; `is_void`: it gives nothing back."""

    order_id: UUID
    number: str | None
    is_void: bool


@dataclass(slots=True, kw_only=True)
class Model:
    """`insists`: what needs an invoice number is refused without one. `credit_notes`: by command. `authorizations`:
    what providers answered, by command. Facts are (command, fact), in the journal's order."""

    store_id: int
    locations: Sequence[Location]
    products: dict[str, tuple[int, bool]]
    levels: dict[LevelKey, Level]
    numbers: list[str]
    insists: bool
    new_id: Callable[[], UUID] = field(default_factory=counting, compare=False)
    authorizations: dict[UUID, list[Authorization]] = field(default_factory=dict)
    orders: dict[UUID, Order] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    invoices: dict[UUID, str] = field(default_factory=dict)
    credit_notes: dict[UUID, CreditNote] = field(default_factory=dict)
    stock_moved: list[tuple[Command, StockMoved, str, str]] = field(default_factory=list)
    money_moved: list[tuple[Command, MoneyMoved]] = field(default_factory=list)
    entries: list[tuple[Command, EntryWritten]] = field(default_factory=list)
    history: list[tuple[Command, Status, Status, str]] = field(default_factory=list)
    verdicts: dict[UUID, Verdict] = field(default_factory=dict)

    def settle(
        self, commands: Sequence[Command], *, now: datetime, kept: frozenset[UUID] = frozenset()
    ) -> list[Decided]:
        """Decide the commands as one batch, and keep what came of it. `kept`: orders whose holds may not lapse now."""
        decided = self.decide(commands, now=now, kept=kept)
        self.keep(decided)
        return decided

    def decide(self, commands: Sequence[Command], *, now: datetime, kept: frozenset[UUID]) -> list[Decided]:
        return fold(self._batch(commands, kept), now=now, new_id=self.new_id, numbers_max=self._numbers_max()).decided

    def keep(self, decided: Sequence[Decided]) -> None:
        for one in decided:
            self._keep(one)

    def number_late(self, order_id: UUID, number: str) -> None:
        """A number for a sale that went on without."""
        self.numbers.remove(number)
        self.invoices[order_id] = number
        self.orders[order_id] = replace(self.orders[order_id], invoice_pending=False)

    def number_credit_note_late(self, command_id: UUID, number: str) -> None:
        """A number for a credit note that went on without."""
        assert not self.orders[self.credit_notes[command_id].order_id].invoice_pending, "its sale has one first"
        self.numbers.remove(number)
        self.credit_notes[command_id] = replace(self.credit_notes[command_id], number=number)

    def _batch(self, commands: Sequence[Command], kept: frozenset[UUID]) -> Batch:
        levels: dict[int, list[Level]] = {}
        for level in self.levels.values():
            levels.setdefault(level.key[0], []).append(level)
        return Batch(
            commands=commands,
            orders=self.orders,
            levels=levels,
            locations={self.store_id: self.locations},
            products={self.store_id: self.products},
            references={self.store_id: self.references},
            backorders=self._backorders(),
            authorizations=self.authorizations,
            handed_over=self._handed_over(),
            coins={self.store_id: COIN_MINOR},
            kept=kept,
        )

    def _handed_over(self) -> dict[UUID, dict[LevelKey, int]]:
        left: dict[UUID, dict[LevelKey, int]] = {}
        for command, fact, _, _ in self.stock_moved:
            if command.order_id and fact.kind in (MovementKind.OUTBOUND, MovementKind.RETURN_IN):
                of_order = left.setdefault(command.order_id, {})
                of_order[fact.key] = of_order.get(fact.key, 0) - fact.quantity_change
        return left

    def servable(self, *, now: datetime, kept: frozenset[UUID]) -> list[UUID]:
        """The orders whose turn it is to get of what is available or has lapsed, the oldest backorder first."""
        turns = set()
        for product_id, waits in self._backorders().items():
            left = sum(level.available for level in self.levels.values() if level.key[0] == product_id)
            left += sum(hold.quantity for hold in self._lapsed(now, kept) if hold.key[0] == product_id)
            for wait in sorted(waits, key=lambda wait: (wait.since, wait.order_id)):
                if left > 0:
                    turns.add((wait.since, wait.order_id))
                left -= wait.quantity
        return [order_id for _, order_id in sorted(turns)]

    def _lapsed(self, now: datetime, kept: frozenset[UUID]) -> list[Hold | ReferenceHold]:
        owners: list[Order | Reference] = [order for order in self.orders.values() if order.id not in kept]
        return [
            hold for owner in [*owners, *self.references.values()] for hold in owner.holds if has_lapsed(hold, now=now)
        ]

    def _backorders(self) -> dict[int, list[Backorder]]:
        waits: dict[int, list[Backorder]] = {}
        for order in self.orders.values():
            for line in order.lines:
                if line.backordered and order.backordered_at:
                    wait = Backorder(order.backordered_at, order.id, line.backordered)
                    waits.setdefault(line.product_id, []).append(wait)
        return waits

    def _numbers_max(self) -> dict[int, int] | None:
        return {self.store_id: len(self.numbers)} if self.insists else None

    def _keep(self, one: Decided) -> None:
        command, change = one.command, one.outcome
        number = None
        if isinstance(change, Applied):
            if change.takes_number and one.before and not self.orders[one.before.id].invoice_pending:
                number = self.numbers.pop(0) if self.numbers else None
            if one.before and change.order:
                self._keep_order(one.before, change.order, command, change, number)
            if change.held:
                self.references[change.held.name] = change.held
            self.levels |= change.levels
            self.stock_moved += (
                (command, fact, change.reference, change.reasons.get(fact.kind, change.reason))
                for fact in change.stock_moved
            )
            self.money_moved += ((command, fact) for fact in change.money_moved)
            self.entries += ((command, fact) for fact in change.entries)
        self.verdicts[command.id] = verdict(change, number)

    def _keep_order(self, before: Order, after: Order, command: Command, change: Applied, number: str | None) -> None:
        if change.takes_number and not before.is_paid:
            after = replace(after, invoice_pending=number is None)
            if number:
                self.invoices[after.id] = number
        else:
            if change.takes_number:
                self.credit_notes[command.id] = CreditNote(after.id, number, is_void=not change.entries)
            after = replace(after, invoice_pending=self.orders[after.id].invoice_pending)
        self.orders[after.id] = after
        self.history.append((command, before.status, after.status, change.reason))
