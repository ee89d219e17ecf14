"""Amounts as Stripe counts them. Ringup counts in the minor units of ISO 4217; so does Stripe, but for what is below.

Sources: ISO 4217, list one; docs.stripe.com/currencies (zero-decimal, three-decimal and special cases). HUF and TWD are
special for payouts only.
"""

from dataclasses import dataclass
from fractions import Fraction

from base.currencies import said


@dataclass(frozen=True, slots=True)
class Counted:
    """`iso`, `stripe`: decimals there; None where Stripe does not know the currency. `step`: what an amount at Stripe
    has to be a multiple of."""

    iso: int
    stripe: int | None
    step: int = 1


USUAL = Counted(2, 2)
_ODD = (
    ("BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF", Counted(0, 0)),
    ("MGA", Counted(2, 0)),
    ("ISK UGX", Counted(0, 2, 100)),
    ("BHD JOD KWD OMR TND", Counted(3, 3, 10)),
    ("UYI", Counted(0, None)),
    ("IQD LYD", Counted(3, None)),
    ("CLF UYW", Counted(4, None)),
)
COUNTED = {currency: counted for currencies, counted in _ODD for currency in currencies.split()}
"""Currency -> how it is counted; all others are USUAL."""


def at_stripe(amount_minor: int, currency: str) -> int | None:
    """None for what cannot be said to Stripe."""
    counted = COUNTED.get(currency, USUAL)
    if counted.stripe is None:
        return None
    exact = amount_minor * Fraction(10) ** (counted.stripe - counted.iso)
    return int(exact) if exact % counted.step == 0 and exact.denominator == 1 else None


def why_not(amount_minor: int, currency: str) -> str | None:
    """Why Stripe cannot be asked for the amount at all, as a cashier reads it."""
    if at_stripe(amount_minor, currency) is not None:
        return None
    counted = COUNTED[currency]
    if counted.stripe is None:
        return f"Stripe does not take {currency}."
    return f"Stripe takes {currency} in multiples of {said(_least(counted), currency)} only."


def _least(counted: Counted) -> int:
    stripe = counted.stripe or 0
    exact = Fraction(counted.step) * Fraction(10) ** (counted.iso - stripe)
    return max(int(exact), 1)
