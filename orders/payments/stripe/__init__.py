"""Stripe as a payment provider, by its own library. What it needs there: docs/payments.md."""

from orders.payments.stripe.adapter import StripePayments, from_settings

__all__ = ["StripePayments", "from_settings"]
