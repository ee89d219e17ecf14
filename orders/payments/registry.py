"""The payment providers that this shop has: names, the functions that make their adapters, and what cannot be told."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

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
    """Why the provider cannot be told of the amount at all; None where it can, or nobody says. No adapter is made."""
    path = _paths().get(name)
    says = _beside(path) if path else None
    return says(amount_minor, currency) if says else None


def _paths() -> Mapping[str, str]:
    paths: Mapping[str, str] = settings.PAYMENT_PROVIDERS
    return paths


@cache
def _beside(path: str) -> Callable[[int, str], str | None] | None:
    says: Callable[[int, str], str | None] | None = getattr(import_module(path.rpartition(".")[0]), "why_not", None)
    return says


@cache
def _made(path: str) -> PaymentProvider:
    made: PaymentProvider = import_string(path)()
    return made
