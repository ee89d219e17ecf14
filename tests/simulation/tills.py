"""Tills: they open orders, submit commands, submit them again whenever they do not know, and look at the answers."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from base.sql.faults import DATABASE_ERRORS, passes
from base.sql.renewal import renew_broken_connection
from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.order import Order, fingerprint_of_command
from orders.journal.db.accept import Submission
from orders.journal.db.reads.commands import commands_by_id, known_by_key
from orders.journal.submit import Asked, submit
from orders.sales.core.draft import Draft, Terms, draft
from orders.sales.db.create import NewOrder, create
from tests.properties.till import as_order
from tests.simulation.actors import Actor, At, Pause
from tests.simulation.clock import Clock
from tests.simulation.wishes import KnownOrder, Wishes
from tests.support.shop.shop import Shop, Wanted

PAUSES_S = (0.0, 0.0, 0.0, 0.0, 0.1, 1.0)


@dataclass(slots=True)
class Sent:
    """`began`, `answered`: the steps in which it was first sent, and in which its till knew that it was accepted."""

    submission: Submission
    began: int
    answered: int | None = None
    told: Any = None


@dataclass(slots=True)
class Counter:
    """What all tills of the shop know together. `by_id`: what was accepted, as far as somebody was told so; `others`:
    the other stores' counters."""

    shop: Shop
    prices: Any
    drafts: dict[UUID, Order]
    orders: list[KnownOrder] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    by_id: dict[UUID, Sent] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    others: list["Counter"] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        return self.shop.caller


class Till:
    def __init__(
        self,
        counter: Counter,
        clock: Clock,
        chance: random.Random,
        new_id: Callable[[], UUID],
        step: Callable[[], int],
        *,
        has_drawer: bool,
    ) -> None:
        self.counter, self.clock, self.chance = counter, clock, chance
        self.wishes = Wishes(chance)
        self.unsure: list[Sent] = []
        self._new_id, self._step, self._has_drawer = new_id, step, has_drawer
        self.is_closed = False

    def turn(self, actor: Actor) -> None:
        actor.wait(Pause(At.IDLE, until=self.clock.now_s + self.chance.choice(PAUSES_S), when=None))
        if self.is_closed and not self.unsure:
            actor.wait(Pause(At.IDLE, until=float("inf")))
            return
        renew_broken_connection()  # as the first statement of each call does
        try:
            self._act()
        except DATABASE_ERRORS as error:
            if not passes(error):
                raise

    def _act(self) -> None:
        if self.unsure and (self.is_closed or self.chance.random() < 0.5):
            self._send([self.unsure[0]])
        elif not self.counter.orders or (len(self.counter.orders) < 8 and self.chance.random() < 0.25):
            self._open()
        elif self.counter.sent and self.chance.random() < 0.2:
            self._again()
        elif self.counter.by_id and self.chance.random() < 0.15:
            self._look()
        elif self.counter.others and self.chance.random() < 0.05:
            self._stray()
        else:
            self._send([self._new() for _ in range(self.chance.choice([1, 1, 1, 1, 2, 4]))])

    def _open(self) -> None:
        wanted = [Wanted(*line) for line in self.wishes.lines()]
        drafted = draft(wanted, self.counter.prices, currency="GBP", terms=Terms(timezone.now()))
        assert isinstance(drafted, Draft)
        fulfilment, terms = self.wishes.how()
        new = NewOrder(
            id=self._new_id(),
            fulfilment=fulfilment,
            payment_terms=terms,
            currency="GBP",
            reference="",
            sold_at=None,
            fingerprint=b"",
            draft=drafted,
            line_ids=[self._new_id() for _ in wanted],
        )
        self.counter.drafts[new.id] = as_order(new, self.counter.shop)
        create(self.counter.caller, [new])
        skus = [line.sku for line in wanted]
        self.counter.orders.append(KnownOrder(new.id, drafted.total_minor, list(new.line_ids), skus))

    def _new(self) -> Sent:
        if self._has_drawer and self.chance.random() < 0.15:
            kind, payload = self.wishes.on_drawer()
            return self._sent(kind, None, payload, drawer_id=self.counter.caller.terminal_id)
        order = self.chance.choice(self.counter.orders) if self.chance.random() < 0.8 else None
        kind, payload = self.wishes.on_order(order) if order else self.wishes.on_stock()
        return self._sent(kind, order.id if order else None, payload)

    def _sent(
        self, kind: Kind, order_id: UUID | None, payload: dict[str, Any], *, drawer_id: int | None = None
    ) -> Sent:
        sent = Sent(self._submission(kind, order_id, payload, drawer_id), began=self._step())
        self.counter.sent.append(sent)
        self.unsure.append(sent)
        return sent

    def _submission(
        self, kind: Kind, order_id: UUID | None, payload: dict[str, Any], drawer_id: int | None = None
    ) -> Submission:
        content = json.dumps(payload).encode()
        return Submission(
            id=self._new_id(),
            key=str(self._new_id()),
            kind=kind,
            order_id=order_id,
            payload=content,
            fingerprint=fingerprint_of_command(kind, order_id, content),
            drawer_id=drawer_id,
        )

    def _stray(self) -> None:
        """Another store's order is none of this one's."""
        if foreign := self.chance.choice(self.counter.others).orders:
            order = self.chance.choice(foreign)
            kind, payload = self.wishes.on_order(order)
            done = submit(self.counter.caller, Asked([self._submission(kind, order.id, payload)]), wait_s=0)
            if done.accepted or done.lost:
                self.counter.broken.append(f"{kind} of another store's order was accepted")

    def _again(self) -> None:
        """A key that was used: now, or after days; another till may be sending it just now."""
        sent = self.chance.choice(self.counter.sent)
        self._send([sent])

    def _send(self, sents: Sequence[Sent]) -> None:
        caller = self.counter.caller
        asked = [replace(one.submission, id=self._new_id()) for one in sents]
        done = submit(caller, Asked(asked), wait_s=0)
        for one, submission in zip(sents, asked, strict=True):
            lost = done.lost.get(submission.key)
            id_ = submission.id if submission.id in done.accepted else (lost.id if lost else None)
            if id_ is None:
                self.counter.broken.append(f"{one.submission.kind} {submission.key} was neither accepted nor known")
            elif lost and lost.fingerprint != submission.fingerprint:
                self.counter.broken.append(f"key {submission.key} is another command's")
            else:
                self._know(one, id_)

    def _know(self, sent: Sent, id_: UUID) -> None:
        known = self.counter.by_id.setdefault(id_, sent)
        ids = [other for other, one in self.counter.by_id.items() if one is sent]
        if known is not sent or len(ids) > 1:
            self.counter.broken.append(f"key {sent.submission.key} has several commands: {ids}")
        sent.answered = sent.answered if sent.answered is not None else self._step()
        if sent in self.unsure:
            self.unsure.remove(sent)

    def _look(self) -> None:
        id_ = self.chance.choice(list(self.counter.by_id))
        told = commands_by_id(self.counter.caller.store_id, [id_])
        known = known_by_key(self.counter.caller, [self.counter.by_id[id_].submission.key])
        if id_ not in told or not known:
            self.counter.broken.append(f"command {id_} was accepted, and is not there")
        elif told[id_]["settled_at"]:
            self._tell(self.counter.by_id[id_], told[id_])

    def _tell(self, sent: Sent, told: dict[str, Any]) -> None:
        answer = {name: told[name] for name in ("id", "state", "settled_at", "outcome", "result")}
        if sent.told and sent.told != answer:
            self.counter.broken.append(f"first {sent.told} was answered, then {answer}")
        sent.told = answer
