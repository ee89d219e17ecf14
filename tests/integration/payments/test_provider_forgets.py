"""Stripe forgets idempotency keys after a day: whatever is retried or given up then, no customer pays or is paid twice.

Each first answer is lost after its effect, and two days pass before anybody asks again.
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db.repair import dismiss, retry
from orders.models import Authorization, Command, PaymentInstruction
from orders.payments.db import instructions
from orders.payments.outside import authorize, instruct
from orders.payments.outside.instruct import relay_payments
from tests.support.network.http_faults import Fault
from tests.support.payments.stripe_account import StripeAccount, online
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state
from workers.authorize import authorize_payments

TWO_DAYS_S = 2 * 24 * 60 * 60


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def paying(shop: Shop) -> UUID:
    """A pay that waits for Stripe."""
    order_id = shop.order(("TEA-80", 1))
    command_id = shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    execute([order_id])
    return command_id


def order_of(command_id: UUID) -> UUID:
    order_id = Command.objects.values_list("order_id", flat=True).get(id=command_id)
    assert order_id is not None
    return order_id


def lose_the_answer(account: StripeAccount, call: Callable[[], object]) -> None:
    reached = account.proxy.reached
    with account.faulty(Fault.CUT):
        call()
    assert account.proxy.reached > reached, "it had no effect at all"


def two_days_pass(account: StripeAccount) -> None:
    account.set_ahead(seconds=TWO_DAYS_S)
    pass_time(seconds=TWO_DAYS_S)


def park_the_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt in vain is the last one."""
    monkeypatch.setattr(authorize, "WORK", replace(authorize.WORK, attempts_max=1))


def test_a_parked_pay_that_is_retried_finds_what_its_first_call_set_aside(
    paying: UUID, account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    park_the_pay(monkeypatch)
    lose_the_answer(account, authorize_payments)
    assert Command.objects.get(id=paying).state == "parked"
    two_days_pass(account)

    retry(*where(paying), by="olga")
    authorize_payments()
    execute([order_of(paying)])
    relay_payments()

    assert state(paying) == "applied"
    assert (len(account.intents()), account.net_minor, account.set_aside_minor) == (1, PRICE_MINOR, 0)
    assert audit() == []


def test_a_parked_pay_that_is_given_up_leaves_nothing_set_aside(
    paying: UUID, account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    park_the_pay(monkeypatch)
    lose_the_answer(account, authorize_payments)
    assert account.set_aside_minor == PRICE_MINOR
    two_days_pass(account)

    dismiss(*where(paying), by="olga")
    authorize_payments()
    relay_payments()

    assert (len(account.intents()), account.net_minor, account.set_aside_minor) == (1, 0, 0)
    assert audit() == []


@pytest.mark.parametrize("times", [1, 3])
def test_a_pay_that_is_retried_again_and_again_is_asked_for_once(
    times: int, paying: UUID, account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    park_the_pay(monkeypatch)
    lose_the_answer(account, authorize_payments)
    for _ in range(times):
        two_days_pass(account)
        retry(*where(paying), by="olga")
        execute([order_of(paying)])
        with account.faulty(Fault.DOWN):
            authorize_payments()
        assert Command.objects.get(id=paying).state == "parked"
    two_days_pass(account)
    retry(*where(paying), by="olga")
    authorize_payments()
    assert len(account.intents()) == 1


def sold(shop: Shop, account: StripeAccount) -> UUID:
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    execute([order_id])
    authorize_payments()
    execute([order_id])
    return order_id


def retry_what_is_parked() -> None:
    parked = list(PaymentInstruction.objects.filter(state="parked").values_list("id", flat=True))
    assert parked
    instructions.retry_instructions(
        parked, by="olga", reason="", now=PaymentInstruction.objects.latest("id").created_at
    )


@pytest.mark.parametrize("verb", ["capture", "refund"])
def test_a_parked_instruction_that_is_retried_has_had_its_effect(
    verb: str, shop: Shop, account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = sold(shop, account)
    if verb == "refund":
        relay_payments()
        shop.submit(Kind.RETURN, order_id, lines=[{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}])
        execute([order_id])
    with monkeypatch.context() as patch:
        patch.setattr(instruct, "WORK", replace(instruct.WORK, attempts_max=1))
        lose_the_answer(account, relay_payments)
    two_days_pass(account)

    retry_what_is_parked()
    assert relay_payments().done == 1

    assert account.net_minor == (PRICE_MINOR if verb == "capture" else 0)
    assert len(account.refunds()) == (0 if verb == "capture" else 1)


def test_a_void_that_is_retried_has_had_its_effect(
    paying: UUID, account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with account.faulty(Fault.DOWN), monkeypatch.context() as patch:
        park_the_pay(patch)
        authorize_payments()
    dismiss(*where(paying), by="olga")
    authorize_payments()
    assert account.set_aside_minor == PRICE_MINOR
    with monkeypatch.context() as patch:
        patch.setattr(instruct, "WORK", replace(instruct.WORK, attempts_max=1))
        lose_the_answer(account, relay_payments)
    two_days_pass(account)

    retry_what_is_parked()
    assert relay_payments().done == 1

    assert (account.net_minor, account.set_aside_minor) == (0, 0)


def test_whoever_cannot_look_does_not_ask_again(paying: UUID, account: StripeAccount) -> None:
    """A refusal to search says nothing about what is there."""
    lose_the_answer(account, authorize_payments)
    two_days_pass(account)
    account.refuse_to_search()

    authorize_payments()

    asked = Authorization.objects.get()
    assert asked.state == "requested"
    assert len(account.intents()) == 1
    assert "cannot be looked up" in asked.last_error


def where(command_id: UUID) -> tuple[int, UUID]:
    return Command.objects.values_list("store_id", flat=True).get(id=command_id), command_id
