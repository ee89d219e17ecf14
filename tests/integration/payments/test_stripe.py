"""The adapter for Stripe, against a Stripe of its own: what the port promises, whatever the network does."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import stripe

from orders.payments.port import Charge, PaymentFault, PaymentRefusal, Step
from orders.payments.stripe import StripePayments, why_not
from project.stack.embedded.child import wait_until
from tests.support.network.http_faults import HAS_ANSWER, NO_EFFECT, Fault
from tests.support.payments.stripe_account import API_KEY, EMPTY, GOOD, PATIENCE_S, StripeAccount


def charge(key: str = "k", **changed: Any) -> Charge:
    values: dict[str, Any] = {
        "key": key,
        "amount_minor": 500,
        "currency": "GBP",
        "token": GOOD,
        "store_code": "corner",
        "order_number": "100001",
        "first_asked_at": datetime.now(UTC),
        "is_repeat": False,
    }
    return Charge(**values | changed)


def step(reference: str, key: str = "s", **changed: Any) -> Step:
    values: dict[str, Any] = {"key": key, "amount_minor": 500, "currency": "GBP", "is_repeat": False}
    return Step(reference=reference, **values | changed)


def test_authorize_then_capture_then_refund_in_parts(account: StripeAccount) -> None:
    reference = account.adapter.authorize(charge())
    (intent,) = account.intents()
    assert (intent["id"], intent["status"], intent["currency"]) == (reference, "requires_capture", "gbp")
    assert intent["metadata"] == {"ringup": "k", "store": "corner", "order": "100001"}
    assert account.adapter.capture(step(reference)) == reference
    first = account.adapter.refund(step(reference, "r1", amount_minor=200))
    second = account.adapter.refund(step(reference, "r2", amount_minor=300))
    assert first != second
    assert account.net_minor == 0
    with pytest.raises(PaymentRefusal, match="greater"):
        account.adapter.refund(step(reference, "r3", amount_minor=1))


@pytest.mark.parametrize(
    ("currency", "amount_minor", "at_stripe"),
    [("JPY", 500, 500), ("ISK", 500, 50_000), ("UGX", 7, 700), ("MGA", 500, 5), ("KWD", 5_120, 5_120), ("HUF", 5, 5)],
)
def test_the_same_money_arrives_in_every_currency(
    account: StripeAccount, currency: str, amount_minor: int, at_stripe: int
) -> None:
    money: dict[str, Any] = {"amount_minor": amount_minor, "currency": currency}
    reference = account.adapter.authorize(charge(**money))
    assert [one["amount"] for one in account.intents()] == [at_stripe]
    account.adapter.capture(step(reference, "c", **money))
    assert account.net_minor == at_stripe
    account.adapter.refund(step(reference, "r", **money))
    assert ([one["amount"] for one in account.refunds()], account.net_minor) == ([at_stripe], 0)


@pytest.mark.parametrize(("currency", "amount_minor"), [("KWD", 5_124), ("MGA", 550), ("LYD", 1_000)])
def test_what_stripe_cannot_count_it_is_not_asked_for(account: StripeAccount, currency: str, amount_minor: int) -> None:
    assert why_not(amount_minor, currency)
    with pytest.raises(PaymentRefusal, match=currency):
        account.adapter.authorize(charge(amount_minor=amount_minor, currency=currency))
    assert account.proxy.reached == 0


def test_void(account: StripeAccount) -> None:
    reference = account.adapter.authorize(charge())
    assert account.adapter.void(step(reference)) == reference
    assert (account.set_aside_minor, account.net_minor) == (0, 0)
    with pytest.raises(PaymentRefusal, match="canceled"):
        account.adapter.capture(step(reference, "c"))


def test_what_was_done_under_another_key_is_not_done_again(account: StripeAccount) -> None:
    """As after Stripe has forgotten a key."""
    reference = account.adapter.authorize(charge())
    account.adapter.capture(step(reference, "c1"))
    assert account.adapter.capture(step(reference, "c2", is_repeat=True)) == reference
    with pytest.raises(PaymentRefusal, match="succeeded"):
        account.adapter.void(step(reference, "v"))
    other = account.adapter.authorize(charge("other"))
    account.adapter.void(step(other, "v1"))
    assert account.adapter.void(step(other, "v2", is_repeat=True)) == other
    assert account.net_minor == 500


@pytest.mark.parametrize("token", [EMPTY, "pm_card_nobody_has"])
def test_a_decline_is_a_refusal_again_and_again(account: StripeAccount, token: str) -> None:
    said = []
    for is_repeat in (False, True):
        with pytest.raises(PaymentRefusal) as refused:
            account.adapter.authorize(charge(token=token, is_repeat=is_repeat))
        said.append(str(refused.value))
    assert said[0]
    assert account.set_aside_minor == 0


def test_a_payment_that_its_customer_would_have_to_confirm_is_declined_and_given_up(account: StripeAccount) -> None:
    token = account.card("4000002500003155")
    for is_repeat in (False, True):
        with pytest.raises(PaymentRefusal):
            account.adapter.authorize(charge(token=token, is_repeat=is_repeat))
    (intent,) = account.intents()
    assert intent["status"] == "canceled"


def test_what_its_customer_may_still_confirm_is_no_decline(
    account: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Money would be set aside for a sale that was refused: it is asked about again."""
    token = account.card("4000002500003155")
    with monkeypatch.context() as patch:
        patch.setattr(stripe.PaymentIntentService, "cancel", refuse)
        with pytest.raises(PaymentFault, match="given up: This payment is being processed"):
            account.adapter.authorize(charge(token=token))
    with pytest.raises(PaymentRefusal, match="confirm"):
        account.adapter.authorize(charge(token=token, is_repeat=True))
    (intent,) = account.intents()
    assert intent["status"] == "canceled"


def refuse(*_: Any, **__: Any) -> None:
    message = "This payment is being processed."
    told = {"error": {"message": message}}
    raise stripe.InvalidRequestError(message, None, json_body=told)  # type: ignore[no-untyped-call]


def test_a_wrong_api_key_is_a_fault_that_does_not_tell_it(account: StripeAccount) -> None:
    adapter = StripePayments(api_key="wrong_key_4711", api_base=account.url)
    with pytest.raises(PaymentFault) as fault:
        adapter.authorize(charge())
    assert "4711" not in str(fault.value)


def test_no_log_tells_a_key_or_what_a_customer_pays_with(
    account: StripeAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account.adapter.authorize(charge())
    with pytest.raises(PaymentRefusal):
        account.adapter.authorize(charge("e", token=EMPTY))
    assert "payment_intents" in caplog.text
    assert API_KEY not in caplog.text
    assert GOOD not in caplog.text


def test_what_is_asked_for_again_is_looked_up(account: StripeAccount) -> None:
    """Even where Stripe has forgotten the key: the other adapter's charge has another key and the same metadata."""
    reference = account.adapter.authorize(charge())
    for number in range(12):
        account.adapter.authorize(charge(f"other-{number}"))
    assert account.adapter.authorize(charge(is_repeat=True, amount_minor=999)) == reference
    with pytest.raises(PaymentFault, match="Keys can only be used with the same parameters"):
        account.adapter.authorize(charge(is_repeat=False, amount_minor=999))
    later = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(PaymentFault, match="Keys can only be used with the same parameters"):
        account.adapter.authorize(charge(is_repeat=True, amount_minor=999, first_asked_at=later))


def test_a_refund_that_is_asked_for_again_is_looked_up(account: StripeAccount) -> None:
    reference = account.adapter.authorize(charge())
    account.adapter.capture(step(reference))
    back = account.adapter.refund(step(reference, "r", amount_minor=200))
    assert account.adapter.refund(step(reference, "r", amount_minor=300, is_repeat=True)) == back
    assert account.net_minor == 300


@pytest.mark.parametrize("fault", Fault)
def test_whatever_the_network_does_each_call_has_its_effect_once(account: StripeAccount, fault: Fault) -> None:
    reference = met(account, fault, lambda is_repeat: account.adapter.authorize(charge(is_repeat=is_repeat)))
    assert (len(account.intents()), account.set_aside_minor) == (1, 500)
    met(account, fault, lambda is_repeat: account.adapter.capture(step(reference, "c", is_repeat=is_repeat)))
    assert account.net_minor == 500
    back = partial(step, reference, "r", amount_minor=200)
    met(account, fault, lambda is_repeat: account.adapter.refund(back(is_repeat=is_repeat)))
    assert (account.net_minor, len(account.refunds())) == (300, 1)
    voided = account.adapter.authorize(charge("to be voided"))
    met(account, fault, lambda is_repeat: account.adapter.void(step(voided, "v", is_repeat=is_repeat)))
    assert (account.set_aside_minor, account.net_minor) == (0, 300)


def met(account: StripeAccount, fault: Fault, call: Callable[[bool], str]) -> str:
    """The answer to the call that comes after the one that met the fault."""
    reached = account.proxy.reached
    with account.faulty(fault):
        if fault in HAS_ANSWER:
            assert call(False)
        else:
            with pytest.raises(PaymentFault):
                call(False)
            assert fault in NO_EFFECT or wait_until(lambda: account.proxy.reached > reached, seconds=PATIENCE_S)
    assert (account.proxy.reached == reached) is (fault in NO_EFFECT)
    return call(True)
