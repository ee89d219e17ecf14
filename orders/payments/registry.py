"""The payment providers that this shop has: names, and the functions that make their adapters."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from orders.payments.port import PaymentFault, PaymentProvider


def provider_names() -> frozenset[str]:
    return frozenset(_paths())


def provider(name: str) -> PaymentProvider:
    """The adapter. One that is named no more may be named again: meanwhile nothing is known of its payments."""
    path = _paths().get(name)
    if path is None:
        raise PaymentFault(f"no payment provider is named {name}; see PAYMENT_PROVIDERS")
    return _made(path)


def why_not(name: str, amount_minor: int, currency: str) -> str | None:
    """Why the provider cannot be asked for the amount at all; None where it can, or its adapter does not say."""
    says = getattr(provider(name), "why_not", None)
    reason: str | None = says(amount_minor, currency) if says else None
    return reason


def _paths() -> Mapping[str, str]:
    paths: Mapping[str, str] = settings.PAYMENT_PROVIDERS
    return paths


@cache
def _made(path: str) -> PaymentProvider:
    made: PaymentProvider = import_string(path)()
    return made
