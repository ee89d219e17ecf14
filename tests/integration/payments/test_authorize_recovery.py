"""Whoever dies, and whatever gets lost, between asking a payment provider and selling: it is asked once in effect."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from base.outside.lease_loop import Failure, Fate
from base.outside.share import Share
from orders.audit.round import audit
from orders.commands.core.authorization import AuthorizationState
from orders.commands.core.machine import Kind
from orders.journal.db.repair import dismiss, retry
from orders.models import Authorization, Command
from orders.payments.db import authorizations
from orders.payments.db.authorizations import answered, failed, lease_due, park
from orders.payments.outside import authorize
from orders.payments.outside.authorize import WORK
from orders.payments.outside.instruct import relay_payments
from orders.payments.port import PaymentFault
from tests.support.network.statements import stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.payments.paper_bank import PaperBank, online
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute, freed
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state
from workers.authorize import authorize_payments


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def paid(shop: Shop, bank: PaperBank) -> UUID:
    """A pay that waits for the bank."""
    order_id = shop.order(("TEA-80", 1))
    command_id = shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    execute([order_id])
    return command_id


def settle(command_id: UUID) -> str:
    execute([Command.objects.values_list("order_id", flat=True).get(id=command_id)])
    relay_payments()
    return state(command_id)


def no_answer() -> str:
    raise PaymentFault("no answer")


def until_it_is_parked(bank: PaperBank) -> None:
    bank.next_answers = [no_answer] * WORK.attempts_max
    for _ in range(WORK.attempts_max):
        authorize_payments()
        pass_time(seconds=60)
    bank.next_answers.clear()


def test_a_lost_answer_is_asked_for_again_under_the_same_key(paid: UUID, bank: PaperBank) -> None:
    bank.lost_answers = [PaymentFault("cut after the effect")]
    assert authorize_payments() == 0
    assert Authorization.objects.get().last_error == "cut after the effect"
    pass_time(seconds=60)
    assert authorize_payments() == 1
    assert settle(paid) == "applied"
    assert len({key for verb, key in bank.told if verb == "authorize"}) == len(bank.accounts) == 1
    assert bank.net_minor == PRICE_MINOR
    assert audit() == []


def test_who_dies_after_the_answer_is_taken_over(paid: UUID, bank: PaperBank, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> bool:
        raise SystemExit("killed between the answer and the commit")

    with monkeypatch.context() as patch:
        patch.setattr(authorizations, "answered", dies)
        with pytest.raises(SystemExit):
            authorize_payments()
    assert authorize_payments() == 0, "the lease of the dead one holds"
    pass_time(seconds=WORK.lease.total_seconds())
    assert authorize_payments() == 1
    assert settle(paid) == "applied"
    assert len(bank.accounts) == 1
    assert bank.net_minor == PRICE_MINOR
    assert Authorization.objects.get().attempts == 2


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.usefixtures("paid")
def test_two_who_ask_take_different_ones(is_locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_locked:
        without_lock(monkeypatch, about="FROM orders_authorization")

    def lease() -> int:
        now = timezone.now()
        return len(lease_due(limit=1, now=now, until=now + WORK.lease))

    with transaction.atomic():
        assert lease() == 1
        other = begin(lease)
        until_done_or_waiting(other)
    assert other.result(PATIENCE_S) == (0 if is_locked else 1)


@pytest.mark.parametrize("is_locked", [True, False])
def test_an_answer_frees_what_is_being_held_up_just_then(
    shop: Shop, paid: UUID, bank: PaperBank, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has read that the pay waits, and marks what comes after it, while the answer is stored."""
    if not is_locked:
        without_lock(monkeypatch, about="SELECT FROM orders_order")
    order_id = Command.objects.values_list("order_id", flat=True).get(id=paid)
    late = shop.submit(Kind.CANCEL, order_id)
    gate = Gate()
    stopped_before(monkeypatch, gate, about="SET blocked_by_id = blocking.id")
    holding_up = begin(lambda: execute([order_id]))
    gate.wait_reached()
    answering = begin(authorize_payments)
    until_done_or_waiting(answering)
    gate.open()
    holding_up.result(PATIENCE_S)
    assert answering.result(PATIENCE_S) == 1
    settle(paid)
    assert {state(paid), state(late)} == ({"applied"} if is_locked else {"pending"})


def test_who_has_lost_the_lease_changes_nothing(paid: UUID, bank: PaperBank) -> None:
    now = timezone.now()
    lapsed = now + timedelta(seconds=1)
    (late,) = lease_due(limit=1, now=now, until=lapsed)
    pass_time(seconds=2)
    assert authorize_payments() == 1
    assert not answered(
        late, AuthorizationState.DECLINED, reference="", detail="too late", lease_until=lapsed, now=timezone.now()
    )
    assert settle(paid) == "applied"


def test_who_has_lost_the_lease_to_somebody_who_still_asks_changes_nothing(paid: UUID, bank: PaperBank) -> None:
    lapsed = timezone.now() + timedelta(seconds=1)
    (late,) = lease_due(limit=1, now=timezone.now(), until=lapsed)
    pass_time(seconds=2)
    held = timezone.now() + timedelta(seconds=60)
    (holder,) = lease_due(limit=1, now=timezone.now(), until=held)
    assert not answered(late, AuthorizationState.DECLINED, detail="no", lease_until=lapsed, now=timezone.now())
    assert not park(late, error="no", lease_until=lapsed)
    failed(Failure(item=late, fate=Fate.LATER, error="no", next_attempt_at=timezone.now()), lease_until=lapsed)
    assert Authorization.objects.values_list("state", "lease_until", "last_error").get() == ("requested", held, "")
    assert answered(holder, AuthorizationState.AUTHORIZED, reference="r", lease_until=held, now=timezone.now())


def test_two_at_once_in_one_process_ask_once_each(
    shop: Shop, paid: UUID, bank: PaperBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hangs in the bank; the other serves what comes meanwhile, and a third has nothing to do."""
    gate = Gate()
    monkeypatch.setattr(PaperBank, "once", gate.before(PaperBank.once))
    slow = begin(authorize_payments)
    gate.wait_reached()
    order_id = shop.order(("TEA-80", 1))
    second = shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    execute([order_id])
    assert authorize_payments() == 1
    assert settle(second) == "applied"
    gate.open()
    assert slow.result(PATIENCE_S) == 1
    assert settle(paid) == "applied"
    assert (bank.net_minor, len(bank.accounts)) == (2 * PRICE_MINOR, 2)


def test_no_more_than_two_wait_for_providers_in_a_process(
    paid: UUID, bank: PaperBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorize, "WORK", replace(authorize.WORK, share=Share(0, task="upkeep.authorize_payments")))
    assert authorize_payments() == 0
    assert bank.told == []


def test_a_fault_that_outlasts_every_retry_parks_the_pay(paid: UUID, bank: PaperBank) -> None:
    until_it_is_parked(bank)
    command = Command.objects.get(id=paid)
    assert (command.state, command.blocked_by_id, command.last_error) == ("parked", None, "no answer")
    assert authorize_payments() == 0
    assert len(bank.told) == WORK.attempts_max
    assert audit() == []


def test_a_parked_pay_that_is_retried_goes_on(shop: Shop, paid: UUID, bank: PaperBank) -> None:
    until_it_is_parked(bank)
    late = shop.submit(Kind.CANCEL, Command.objects.get().order_id)
    assert settle(late) == "pending"
    assert freed(retry(shop.store_id, paid, by="olga")) == [late]
    assert settle(paid) == "awaiting"
    assert authorize_payments() == 1
    assert settle(paid) == "applied"
    assert state(late) == "applied"
    assert len(bank.accounts) == 1
    assert bank.net_minor == 0
    assert audit() == []


def test_what_comes_of_a_pay_that_was_given_up_is_voided(shop: Shop, paid: UUID, bank: PaperBank) -> None:
    bank.lost_answers = [PaymentFault("cut after the effect")]
    authorize_payments()
    pass_time(seconds=60)
    until_it_is_parked(bank)
    assert freed(dismiss(shop.store_id, paid, by="olga")) == []
    assert bank.set_aside_minor == PRICE_MINOR
    assert authorize_payments() == 1
    assert relay_payments().done == 1
    assert bank.set_aside_minor == 0
    assert bank.net_minor == 0
    assert audit() == []


def test_what_was_authorized_for_a_pay_that_is_given_up_is_voided(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 2))
    paid = shop.submit(Kind.PAY, order_id, tenders=[online(300, "a"), online(200, "b")])
    execute([order_id])
    authorize_payments()
    Command.objects.filter(id=paid).update(state="parked", last_error="a bug")
    assert freed(dismiss(shop.store_id, paid, by="olga")) == []
    assert relay_payments().done == 2
    assert bank.set_aside_minor == 0
    assert bank.verbs.count("void") == 2
    assert audit() == []


def test_what_nobody_waits_for_is_asked_for_until_it_is_known(shop: Shop, paid: UUID, bank: PaperBank) -> None:
    until_it_is_parked(bank)
    dismiss(shop.store_id, paid, by="olga")
    until_it_is_parked(bank)
    assert Authorization.objects.get().state == "requested"
    assert authorize_payments() == 1


def test_an_answer_that_is_none_is_a_fault(paid: UUID, bank: PaperBank) -> None:
    bank.next_answers = [lambda: "", lambda: "x" * 256, lambda: None, lambda: 1 // 0]  # type: ignore[list-item,return-value]
    for _ in range(4):
        assert authorize_payments() == 0
        pass_time(seconds=60)
    assert Authorization.objects.get().last_error.startswith("a fault of the program: ")
    assert authorize_payments() == 1
    assert settle(paid) == "applied"
