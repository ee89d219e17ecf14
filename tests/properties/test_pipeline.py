"""A model-based test of the whole pipeline on real PostgreSQL, with the pure core as its model.

Commands are submitted, repeated, run in batches of any size, alone or not at all; workers die before they commit;
sweeps, expiries, late stock and late numbers come when they like. After each step no law is broken, and the database is
what the core makes of the same commands one by one.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from uuid_utils.compat import uuid7

from base.sql.clock import Heard
from orders.audit.round import audit
from orders.commands.core.holds import ISSUED_BY as EXPIRY
from orders.commands.core.machine import Fulfilment, Kind, PaymentTerms
from orders.invoicing.number_late_sales import number_late_sales
from orders.journal.db import repair
from orders.journal.db.accept import accept
from orders.journal.db.attempts import park
from orders.journal.db.sweep import due
from orders.models import CreditNote, InvoiceNumber
from tests.properties import draws
from tests.properties.reading import read_database, read_model, unsettled
from tests.properties.till import Clock, Till, open_till
from tests.support.shop.rung import Name, execute, name_of
from workers import execute as worker
from workers.backorders import allocate_backorders
from workers.expire import expire_holds

ORDERS_MAX = 3
SWEPT_AFTER_S = 31
BATCH_SIZES = [100, 5, 2, 1]

THOROUGH = hypothesis_settings(max_examples=20, stateful_step_count=25, deadline=None, derandomize=True, database=None)


class WorkerDied(Exception):
    """In the middle of its transaction."""


class Pipeline(RuleBasedStateMachine):
    clock: ClassVar[Clock]
    till: Till

    @initialize(numbers=st.integers(0, 3), insists=st.booleans(), wanted=draws.wanted_lines)
    def open(self, numbers: int, insists: bool, wanted: list[tuple[str, int, int]]) -> None:
        self.settings = override_settings(INVOICE_POOL_EMPTY="reject" if insists else "defer")
        self.settings.enable()
        self.till = open_till(numbers=numbers, insists=insists)
        self.open_order(wanted, Fulfilment.SHIPMENT, PaymentTerms.PREPAID)

    def teardown(self) -> None:
        """In the end everything is settled that no operator holds up."""
        if hasattr(self, "till"):
            # What a parked command held up is found out once, and left out from then on.
            for _ in range(2):
                self.ring([self.till.subject(command) for command in self.till.ready()], helps=True, size=100)
            assert self.till.ready() == []
            self.nothing_is_lost_doubled_or_made_up()
            self.settings.disable()

    @precondition(lambda self: len(self.till.model.orders) < ORDERS_MAX)
    @rule(wanted=draws.wanted_lines, fulfilment=draws.fulfilments, terms=draws.terms)
    def open_order(self, wanted: list[tuple[str, int, int]], fulfilment: Fulfilment, terms: PaymentTerms) -> None:
        self.till.open_order(wanted, fulfilment=fulfilment, payment_terms=terms)

    @rule(data=st.data(), count=st.integers(1, 3))
    def submit(self, data: st.DataObject, count: int) -> None:
        order = data.draw(draws.orders_to_go_on_with(self.till.model.orders.values()))
        for _ in range(count):
            if order:
                kind = data.draw(draws.order_kinds(order))
                self.till.submit(kind, order.id, data.draw(draws.order_payloads(kind, order)))
            else:
                kind = data.draw(draws.stock_kinds)
                self.till.submit(kind, None, data.draw(draws.stock_payloads(kind)))

    @precondition(lambda self: self.till.submissions)
    @rule(data=st.data())
    def submit_again(self, data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(self.till.submissions))
        assert accept(self.till.shop.caller, replace(sent, id=uuid7())) is None

    @precondition(lambda self: self.till.pending)
    @rule(data=st.data(), helps=st.booleans(), size=st.sampled_from(BATCH_SIZES))
    def run(self, data: st.DataObject, helps: bool, size: int) -> None:
        rung = data.draw(st.lists(st.sampled_from(self.till.subjects()), min_size=1, unique=True))
        self.ring(rung, helps=helps, size=size)

    def ring(self, rung: Sequence[Name], *, helps: bool, size: int) -> None:
        ready, asked = self.till.ready(), self.till.ready(*rung)
        with override_settings(COMMAND_BATCH_MAX=size):
            everything = execute(rung, helps=helps).settled
        # What had lapsed was released before anything else took effect on it, by commands that the batch made.
        made = {command.id for command in self.till.note_of_tasks()}
        settled = [id_ for id_ in everything if id_ not in made]
        by_subject: dict[Name, list[Any]] = {}
        for id_ in settled:
            by_subject.setdefault(self.till.subject(self.till.journal[id_]), []).append(id_)
        for subject, ids in by_subject.items():
            assert ids == [command.id for command in self.till.ready(subject)][: len(ids)], "the journal's order"
        assert settled == [command.id for command in ready if command.id in settled], "the journal's order"
        if not self.till.parked:
            assert bool(settled) == bool(ready if helps and size > len(rung) else asked)
            assert helps or settled == [command.id for command in asked][:size]
        for id_ in everything:
            self.till.settle(id_, now=self.clock.now)

    @precondition(lambda self: self.till.pending)
    @rule(data=st.data())
    def run_alone(self, data: st.DataObject) -> None:
        subject = data.draw(st.sampled_from(self.till.subjects()))
        first = [command.id for command in self.till.ready(subject)][:1]
        if not first:
            return  # all that it has waits behind a parked one
        settled = execute([subject], helps=False, alone=first[0]).settled
        assert settled[-1:] == first
        assert {command.id for command in self.till.note_of_tasks()} == set(settled[:-1])
        for id_ in settled:
            self.till.settle(id_, now=self.clock.now)

    @precondition(lambda self: self.till.ready())
    @rule(step=st.sampled_from(["claim", "load", "decide", "number", "save"]))
    def die(self, step: str) -> None:
        """The worker gets that far, and never commits."""
        done = getattr(worker, step)

        def then_die(*args: Any, **kwargs: Any) -> None:
            done(*args, **kwargs)
            raise WorkerDied

        rung = [self.till.subject(command) for command in self.till.ready()]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worker, step, then_die)
            with pytest.raises(WorkerDied):
                execute(rung)

    @rule()
    def sweep(self) -> None:
        self.clock.advance(seconds=SWEPT_AFTER_S)
        rung = {one.command_id: name_of(one.subject) for one in due(now=self.clock.now, limit=500)}
        assert {command.id for command in self.till.ready()} <= set(rung) <= self.till.pending
        if rung:
            self.ring(list(dict.fromkeys(rung.values())), helps=True, size=100)

    @rule(seconds=st.sampled_from([61, 30, 0]))
    def expire(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)
        submitted = expire_holds()
        assert len(self.till.note_of_tasks()) == submitted
        told = {self.till.journal[id_].order_id for id_ in self.till.pending | self.till.parked if self.is_expiry(id_)}
        for order in self.till.model.orders.values():
            ends = [order.awaits_until, *(hold.expires_at for hold in order.holds)]
            lapsed = any(end and end <= self.clock.now for end in ends)
            assert not lapsed or order.id in told, "what has lapsed and nobody releases"

    def is_expiry(self, command_id: Any) -> bool:
        return self.till.journal[command_id].issued_by == EXPIRY

    @rule()
    def stock_comes_to_those_who_wait(self) -> None:
        pending = (self.till.journal[id_] for id_ in self.till.pending)
        told = {command.order_id for command in pending if command.kind is Kind.ALLOCATE}
        turns = self.till.model.servable(now=self.clock.now, kept=self.till.stopped)
        servable = [id_ for id_ in turns if id_ not in told]
        assert allocate_backorders() == len(servable)
        assert [command.order_id for command in self.till.note_of_tasks()] == servable

    @rule(count=st.integers(1, 2))
    def numbers_come(self, count: int) -> None:
        model = self.till.model
        waiting = [order for order in model.orders.values() if order.invoice_pending]
        notes = [id_ for id_, note in model.credit_notes.items() if note.number is None]
        model.numbers += self.till.shop.add_numbers(count)
        assert number_late_sales() == min(len(waiting) + len(notes), len(model.numbers))
        numbered = InvoiceNumber.objects.filter(order_id__in=[order.id for order in waiting]).order_by("id")
        for order_id, number in numbered.values_list("order_id", "number"):
            assert number == model.numbers[0], "the oldest number first"
            model.number_late(order_id, number)
        late = [order.paid_at for order in waiting if order.paid_at and order.id not in model.invoices]
        served = [order.paid_at for order in waiting if order.paid_at and order.id in model.invoices]
        assert not late or not served or max(served) <= min(late), "the oldest sale first"
        self.credit_notes_are_numbered(notes)

    def credit_notes_are_numbered(self, waiting: Sequence[UUID]) -> None:
        """After the sales, with what they left, the oldest first."""
        model = self.till.model
        numbered = InvoiceNumber.objects.filter(credit_note_id__in=waiting).order_by("id")
        for command_id, number in numbered.values_list("credit_note_id", "number"):
            assert command_id
            assert number == model.numbers[0], "the oldest number first"
            model.number_credit_note_late(command_id, number)
        at = dict(CreditNote.objects.filter(command_id__in=waiting).values_list("command_id", "created_at"))
        late = [at[id_] for id_ in waiting if model.credit_notes[id_].number is None]
        served = [at[id_] for id_ in waiting if model.credit_notes[id_].number]
        assert not late or not served or max(served) <= min(late), "the oldest credit note first"

    @precondition(lambda self: any(command.order_id for command in self.till.ready()))
    @rule(data=st.data())
    def give_up_on_one(self, data: st.DataObject) -> None:
        """A worker parks the next command of an order."""
        orders = list(dict.fromkeys(command.order_id for command in self.till.ready() if command.order_id))
        next_one = self.till.ready(data.draw(st.sampled_from(orders)))[0]
        park(next_one.id, "RuntimeError: poison")
        self.till.pending.remove(next_one.id)
        self.till.parked.add(next_one.id)

    @precondition(lambda self: self.till.parked)
    @rule(data=st.data(), again=st.booleans())
    def repair(self, data: st.DataObject, again: bool) -> None:
        """An operator has a parked command tried again, or dismisses it; expiries are not dismissed."""
        id_ = data.draw(st.sampled_from([id_ for id_ in self.till.journal if id_ in self.till.parked]))
        again = again or self.is_expiry(id_)
        repaired = (repair.retry if again else repair.dismiss)(self.till.shop.store_id, id_, by="olga")
        assert repaired is not None
        self.till.parked.remove(id_)
        (self.till.pending if again else self.till.given_up).add(id_)

    @invariant()
    def nothing_is_lost_doubled_or_made_up(self) -> None:
        if hasattr(self, "till"):
            assert unsettled(self.till.shop.store_id) == self.till.states()
            assert read_database(self.till.shop.store_id) == read_model(self.till.model)
            assert audit() == []


def test_whatever_happens_the_database_is_what_the_core_says(
    own_database: str, fresh_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Pipeline.clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", Pipeline.clock)
    monkeypatch.setattr(Heard, "now", lambda _: Pipeline.clock())
    with override_settings(BROKER_URL=fresh_broker):
        run_state_machine_as_test(Pipeline, settings=THOROUGH)
