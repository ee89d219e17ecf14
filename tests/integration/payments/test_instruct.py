"""Captures, voids and refunds: told in order, each once in effect, and parked where a provider says no."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from base.outside.lease_loop import Failure, Fate, Ran
from base.outside.share import Share
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Authorization, InvoiceNumber, Payment, PaymentInstruction
from orders.payments.db import authorizations, instructions
from orders.payments.db.instructions import lease_due, retry_instructions
from orders.payments.outside import instruct
from orders.payments.outside.instruct import WORK, relay_payments
from orders.payments.port import PaymentFault, PaymentRefusal
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.payments.paper_bank import PaperBank, online
from tests.support.shop.guards import remove
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from workers.authorize import authorize_payments

pytestmark = pytest.mark.usefixtures("full_pauses")


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def sold(shop: Shop, bank: PaperBank) -> UUID:
    """An order that was paid for online, and cancelled: a capture and a refund are due."""
    order_id = sell_and_cancel(shop)
    bank.told.clear()
    return order_id


def sell_and_cancel(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    authorize_payments()
    execute([order_id])
    return order_id


def refuses() -> str:
    raise PaymentRefusal("the authorization has expired")


@pytest.mark.usefixtures("sold")
def test_a_lost_answer_is_asked_for_again_under_the_same_key(bank: PaperBank) -> None:
    bank.lost_answers = [PaymentFault("cut after the effect")]
    assert relay_payments() == Ran(failed=1)
    assert bank.verbs == ["capture"], "the refund waits for it"
    pass_time(seconds=900)
    assert relay_payments() == Ran(done=2)
    assert (bank.verbs, len(set(bank.told))) == (["capture", "capture", "refund"], 2)
    assert bank.net_minor == 0
    assert audit() == []


@pytest.mark.usefixtures("sold")
def test_who_dies_after_the_answer_is_taken_over(bank: PaperBank, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object, **__: object) -> bool:
        raise SystemExit("killed between the answer and the commit")

    with monkeypatch.context() as patch:
        patch.setattr(instructions, "done", dies)
        with pytest.raises(SystemExit):
            relay_payments()
    assert relay_payments() == Ran(), "the lease of the dead one holds"
    pass_time(seconds=WORK.lease.total_seconds())
    assert relay_payments() == Ran(done=2)
    assert bank.net_minor == 0
    assert audit() == []


@pytest.mark.usefixtures("sold")
def test_who_has_lost_the_lease_to_somebody_who_still_tells_changes_nothing() -> None:
    lapsed = timezone.now() + timedelta(seconds=1)
    (late,), _ = lease_due(None, limit=1, now=timezone.now(), until=lapsed)
    pass_time(seconds=2)
    held = timezone.now() + timedelta(seconds=60)
    (holder,), _ = lease_due(None, limit=1, now=timezone.now(), until=held)
    assert not instructions.done(late, reference="late", lease_until=lapsed, now=timezone.now())
    vain = Failure(item=late, fate=Fate.REFUSED, error="no", next_attempt_at=timezone.now())
    instructions.failed(vain, lease_until=lapsed)
    told = PaymentInstruction.objects.values_list("state", "lease_until", "last_error").get(id=holder.id)
    assert told == ("pending", held, "")
    assert instructions.done(holder, reference="r", lease_until=held, now=timezone.now())


@pytest.mark.parametrize("was_asked", [False, True])
@pytest.mark.usefixtures("bank")
def test_whoever_has_printed_a_number_may_have_asked_the_provider_in_a_lost_time_and_nobody_else(
    shop: Shop, was_asked: bool
) -> None:
    printed = InvoiceNumber.objects.filter(state="free").values_list("number", flat=True)[0] if was_asked else None
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)], printed_number=printed)
    execute([order_id])
    lapses = timezone.now() + timedelta(seconds=1)
    (asked,) = authorizations.lease_due(limit=9, now=timezone.now(), until=lapses)
    assert (asked.asked_before_at is not None) == was_asked
    pass_time(seconds=2)
    authorize_payments()
    execute([order_id])
    (told,), _ = lease_due(None, limit=9, now=timezone.now(), until=timezone.now() + timedelta(seconds=60))
    assert told.was_asked == was_asked


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.usefixtures("sold")
def test_two_who_tell_take_different_ones_and_neither_waits(
    shop: Shop, skips: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the second waits for the first, and then has the same one."""
    if not skips:
        without_lock(monkeypatch, about="FROM orders_paymentinstruction AS earlier")
    sell_and_cancel(shop)

    def lease_one() -> int:
        now = timezone.now()
        (leased,), _ = lease_due(None, limit=1, now=now, until=now + WORK.lease)
        return leased.id

    with transaction.atomic():
        mine = lease_one()
        other = begin(lease_one)
        until_done_or_waiting(other)
        assert other.done() is skips
    assert (other.result(PATIENCE_S) != mine) is skips


@pytest.mark.usefixtures("sold")
def test_two_at_once_as_in_two_processes_tell_each_once(bank: PaperBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruct, "WORK", replace(instruct.WORK, share=Share(2, task="upkeep.relay_payments")))
    gate = Gate()
    monkeypatch.setattr(PaperBank, "once", gate.before(PaperBank.once))
    slow = begin(relay_payments)
    gate.wait_reached()
    assert relay_payments() == Ran()
    gate.open()
    assert slow.result(PATIENCE_S) == Ran(done=2)
    assert bank.verbs == ["capture", "refund"]


@pytest.mark.usefixtures("sold")
def test_a_refusal_is_parked_and_what_comes_after_it_waits(bank: PaperBank) -> None:
    bank.next_answers = [refuses]
    assert relay_payments() == Ran(refused=1)
    capture = PaymentInstruction.objects.get(kind="capture")
    assert (capture.state, capture.last_error) == ("parked", "the authorization has expired")
    pass_time(seconds=3600)
    assert relay_payments() == Ran()
    assert retry_instructions([capture.id], by="olga", reason="", now=timezone.now()) == 1
    assert relay_payments() == Ran(done=2)


@pytest.mark.usefixtures("sold")
def test_a_fault_is_parked_only_after_hours(bank: PaperBank) -> None:
    PaymentInstruction.objects.update(attempts=WORK.attempts_max - 2)
    bank.lost_answers = [PaymentFault("down"), PaymentFault("down")]
    assert relay_payments() == Ran(failed=1)
    pass_time(seconds=900)
    assert relay_payments() == Ran(parked=1)


@pytest.mark.usefixtures("sold")
def test_the_audit_sees_what_is_wrong_with_online_payments(bank: PaperBank) -> None:
    relay_payments()
    assert audit() == []
    remove("payment_append_only", "orders_payment")
    for guard in ("instruction_append_only", "instruction_final_once_done"):
        remove(guard, "orders_paymentinstruction")
    captured = "online payments are what is captured and refunded"
    PaymentInstruction.objects.filter(kind="refund").update(amount_minor=1)
    assert [drift.law for drift in audit()] == [captured]
    PaymentInstruction.objects.filter(kind="refund").update(amount_minor=PRICE_MINOR + 1)
    Payment.objects.filter(kind="refund").update(amount_minor=PRICE_MINOR + 1, tendered_minor=PRICE_MINOR + 1)
    assert captured in {drift.law for drift in audit()}
    Payment.objects.filter(kind="refund").update(amount_minor=PRICE_MINOR, tendered_minor=PRICE_MINOR)
    PaymentInstruction.objects.filter(kind="refund").update(amount_minor=PRICE_MINOR)
    PaymentInstruction.objects.filter(kind="capture").update(kind="void")
    assert {drift.law for drift in audit()} == {
        captured,
        "what was authorized is captured for its sale, and voided without one",
    }


def test_the_audit_sees_a_pay_that_nobody_asks_for(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    execute([order_id])
    assert audit() == []
    Authorization.objects.update(next_attempt_at=None)
    assert [drift.law for drift in audit()] == ["a pay that waits for a payment provider is asked for"]
