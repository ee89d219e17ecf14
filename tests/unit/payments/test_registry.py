"""What providers cannot be told is said beside the functions that make them, by whoever has no key to make one."""

import pytest
from pytest_django.fixtures import Settings

from orders.payments.port import PaymentFault
from orders.payments.registry import provider, why_not


@pytest.fixture
def without_keys(settings: Settings) -> None:
    settings.STRIPE_API_KEY = ""
    settings.PAYMENT_PROVIDERS = {"cards": "orders.payments.stripe.from_settings", "mute": "base.codes.said_nowhere"}


@pytest.mark.usefixtures("without_keys")
def test_it_is_said_by_the_name_that_the_shop_gave_and_without_a_key() -> None:
    assert why_not("cards", 5_124, "KWD") == "Stripe takes KWD in multiples of 0.010 KWD only."
    assert why_not("cards", 5_120, "KWD") is None


@pytest.mark.usefixtures("without_keys")
def test_nobody_speaks_for_a_provider_that_says_nothing_or_that_there_is_no_more() -> None:
    assert why_not("mute", 5_124, "KWD") is None
    assert why_not("gone", 5_124, "KWD") is None
    with pytest.raises(PaymentFault, match="gone"):
        provider("gone")
