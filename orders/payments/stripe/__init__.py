"""Stripe as a payment provider, by its own library. What it needs there: docs/payments.md."""

from orders.payments.stripe.adapter import StripePayments, from_settings
from orders.payments.stripe.amounts import why_not

__all__ = ["StripePayments", "from_settings", "why_not"]
