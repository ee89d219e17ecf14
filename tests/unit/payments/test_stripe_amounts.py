"""Minor units as ISO 4217 has them, and as Stripe takes them."""

import pytest

from orders.payments.stripe.amounts import COUNTED, at_stripe, why_not


@pytest.mark.parametrize(
    ("currency", "amount_minor", "expected"),
    [
        ("GBP", 1_234, 1_234),
        ("HUF", 1_234, 1_234),
        ("TWD", 1_234, 1_234),
        ("JPY", 500, 500),
        ("XAF", 1, 1),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("MGA", 500, 5),
        ("MGA", 501, None),
        ("BHD", 5_120, 5_120),
        ("BHD", 5_124, None),
        ("TND", 10, 10),
        ("LYD", 10, None),
        ("CLF", 10_000, None),
    ],
)
def test_an_amount_at_stripe(currency: str, amount_minor: int, expected: int | None) -> None:
    assert at_stripe(amount_minor, currency) == expected
    assert (why_not(amount_minor, currency) is None) is (expected is not None)


@pytest.mark.parametrize(("currency", "least", "said"), [("KWD", 10, "0.010 KWD"), ("MGA", 100, "1.00 MGA")])
def test_a_refusal_says_what_could_be_taken(currency: str, least: int, said: str) -> None:
    assert why_not(least + 1, currency) == f"Stripe takes {currency} in multiples of {said} only."
    assert why_not(least, currency) is None


@pytest.mark.parametrize("currency", sorted(COUNTED))
def test_what_is_sent_is_the_same_money(currency: str) -> None:
    counted = COUNTED[currency]
    if counted.stripe is None:
        assert why_not(10**6, currency) == f"Stripe does not take {currency}."
    else:
        sent = at_stripe(10**6, currency)
        assert sent is not None
        assert sent * 10**counted.iso == 10**6 * 10**counted.stripe
