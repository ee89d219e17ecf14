"""What becomes of each item of a bulk request, as far as it can be told before anything is written.

Items are planned in order, and each sees what the ones before it brought: two items may share a key or an order.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from uuid_utils.compat import uuid7

from base.http.problems import Problem
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.roles import action_of
from orders.drawers.api.bodies import OfDrawerIn
from orders.drawers.api.checks import check_drawer
from orders.drawers.db.reads import NO_DRAWERS, DrawerFacts
from orders.journal.api.bulk.bodies import ItemIn, UnjudgedItem
from orders.journal.api.checks import check_immediate, check_reach, named, unknown
from orders.journal.api.submit import key_reused, submission_of
from orders.journal.db.accept import Submission
from orders.journal.db.reads.commands import Known
from orders.journal.db.reads.named import Facts
from orders.journal.submit import Asked
from orders.sales.api.bodies import OrderIn
from orders.sales.api.drafts import drafted, id_reused, new_order, order_fingerprint
from orders.sales.api.orders import no_order
from orders.sales.db.create import NewOrder
from orders.terminals.api.auth import require


@dataclass(frozen=True, slots=True)
class Same:
    """The key came before in this request: the same answer as that item's."""

    index: int


@dataclass(frozen=True, slots=True)
class Reused:
    """The key came before with something else; what differs is told once all items are planned."""

    submission: Submission
    known: Known

    @property
    def is_of_one_kind(self) -> bool:
        return self.submission.kind == self.known.kind


Payloads = Callable[[Collection[UUID]], Mapping[UUID, Mapping[str, Any]]]
"""Reads the payloads of stored commands, those that are not too much, by their ids."""

Planned = Submission | Known | Same | Problem
"""To be stored; stored before under its key; as an earlier item; refused."""


@dataclass(slots=True)
class Plan:
    """`items`: one answer each, in order."""

    caller: Caller
    facts: Facts
    drawers: DrawerFacts = NO_DRAWERS
    items: list[Planned] = field(default_factory=list)
    new_orders: dict[UUID, NewOrder] = field(default_factory=dict)
    _indexes: dict[str, int] = field(default_factory=dict)
    _reused: dict[int, Reused] = field(default_factory=dict)

    def add(self, item: ItemIn | UnjudgedItem | Problem) -> None:
        try:
            verdict = self._verdict(item)
            if isinstance(verdict, Reused):
                self._reused[len(self.items)] = verdict
                raise key_reused(verdict.submission, verdict.known, None)
            self.items.append(verdict)
        except Problem as problem:
            self.items.append(problem)

    def tell_reused(self, read: Payloads) -> None:
        """Say of the items whose keys came before with something else what differs."""
        reused = self._reused.values()
        own = {one.id: one.payload for one in self.submissions()} if reused else {}
        earlier = {one.known.id: from_json(own[one.known.id]) for one in reused if one.known.id in own}
        for index, problem in zip(self._reused, tell_apart(reused, earlier, read), strict=True):
            self.items[index] = problem

    def submissions(self) -> list[Submission]:
        return [item for item in self.items if isinstance(item, Submission)]

    def asked(self) -> Asked:
        """What it takes to carry it out."""
        commands = [item for item in self.items if isinstance(item, Submission | Known)]
        return Asked(commands, list(self.new_orders.values()))

    def _verdict(self, item: ItemIn | UnjudgedItem | Problem) -> Planned | Reused:
        match item:
            case ItemIn():
                return self._planned(len(self.items), item)
            case UnjudgedItem() if known := self.facts.commands.get(item.key):
                return _known(item.submission(), known)
            case UnjudgedItem():
                return item.problem
        return item

    def _planned(self, index: int, item: ItemIn) -> Planned | Reused:
        # What was answered once is answered again, whatever the rules are today.
        if known := self.facts.commands.get(item.key) or self._earlier(item.key):
            return self._again(index, item, known)
        require(self.caller.role, action_of(item.kind))
        if problem := unknown(named(item.body), products=self.facts.prices.products, locations=self.facts.locations):
            raise problem.under(index, "body")
        order_id, order = self._order(index, item.for_order)
        submission = self._submission(item, order_id)
        if isinstance(item.body, OfDrawerIn):
            self._check_drawer(index, item.body)
        if item.kind is Kind.CANCEL and order_id and (known_order := self.facts.orders.get(order_id)):
            check_reach(self.caller, known_order)
        self._check_shortage(index, item, order_id, order)
        if order:
            self.new_orders[order.id] = order
        self._indexes[item.key] = index
        return submission

    def _submission(self, item: ItemIn, order_id: UUID | None) -> Submission:
        order = item.for_order
        fingerprint = order_fingerprint(order) if isinstance(order, OrderIn) else None
        # An id that was made here would be another one the next time: then the content tells that it is the same order.
        nameless = isinstance(order, OrderIn) and order.id is None
        return submission_of(
            item.kind,
            order_id,
            item.body,
            key=item.key,
            order_fingerprint=fingerprint,
            nameless_order=nameless,
            sequence=item.sequence,
            sender_id=self.caller.terminal_id,
        )

    def _check_drawer(self, index: int, body: OfDrawerIn) -> None:
        try:
            check_drawer(self.caller, body, self.drawers)
        except Problem as problem:
            raise problem.under(index, "body") from None

    def _check_shortage(self, index: int, item: ItemIn, order_id: UUID | None, order: NewOrder | None) -> None:
        new = order or (self.new_orders.get(order_id) if order_id else None)
        known = self.facts.orders.get(order_id) if order_id else None
        if fulfilment := (new or known):
            try:
                check_immediate(item.body, fulfilment.fulfilment)
            except Problem as problem:
                raise problem.under(index, "body") from None

    def _again(self, index: int, item: ItemIn, known: Known) -> Same | Known | Reused:
        order = item.for_order
        if isinstance(order, OrderIn) and order.id and self._is_another(order.id, order):
            raise id_reused(order.id).under(index, "order")
        submission = self._submission(item, (order.id or uuid7()) if isinstance(order, OrderIn) else order)
        same = _known(submission, known)
        return Same(self._indexes[item.key]) if isinstance(same, Known) and item.key in self._indexes else same

    def _order(self, index: int, wanted: OrderIn | UUID | None) -> tuple[UUID | None, NewOrder | None]:
        """The order's id, and the order itself where it has to be created."""
        if wanted is None:
            return None, None
        if isinstance(wanted, UUID):
            known = self.facts.orders.get(wanted)
            if wanted not in self.new_orders and (not known or known.store_id != self.caller.store_id):
                raise no_order(wanted)
            return wanted, None
        order_id = wanted.id or uuid7()
        if self._is_another(order_id, wanted):
            raise id_reused(order_id).under(index, "order")
        if self._order_fingerprint(order_id) is not None:
            return order_id, None
        try:
            return order_id, new_order(order_id, wanted, drafted(self.caller, wanted, self.facts.prices))
        except Problem as problem:
            raise problem.under(index, "order") from None

    def _is_another(self, order_id: UUID, wanted: OrderIn) -> bool:
        """Whether the id belongs to an order with other content."""
        known = self._order_fingerprint(order_id)
        return known is not None and known != order_fingerprint(wanted)

    def _order_fingerprint(self, order_id: UUID) -> bytes | None:
        """None: the order is new. Empty: it is another store's."""
        if planned := self.new_orders.get(order_id):
            return planned.fingerprint
        if known := self.facts.orders.get(order_id):
            return known.fingerprint if known.store_id == self.caller.store_id else b""
        return None

    def _earlier(self, key: str) -> Known | None:
        """An item of this request that has the key."""
        if key not in self._indexes:
            return None
        earlier = self.items[self._indexes[key]]
        assert isinstance(earlier, Submission)
        return Known(earlier.id, earlier.kind, earlier.order_id, earlier.fingerprint)


def tell_apart(reused: Collection[Reused], earlier: Mapping[UUID, Mapping[str, Any]], read: Payloads) -> list[Problem]:
    """`earlier`: payloads that are known, by the ids of their commands."""
    unread = {one.known.id for one in reused if one.is_of_one_kind} - earlier.keys()
    known = {**earlier, **(read(unread) if unread else {})}
    return [key_reused(one.submission, one.known, known.get(one.known.id)) for one in reused]


def _known(submission: Submission, known: Known) -> Known | Reused:
    return known if known.fingerprint == submission.fingerprint else Reused(submission, known)
