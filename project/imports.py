"""What settings name by its import path is looked for as a process starts, and not with the first sale."""

from django.utils.module_loading import import_string

from project import env as environment
from project.env import BadSetting


def check_rules() -> None:
    """Of whoever settles commands, and has to know what payment providers cannot be told."""
    env = environment.current()
    _check("INVOICE_NUMBER_GENERATOR", env.invoice_number_generator)
    _check("ALLOCATION_STRATEGY", env.allocation_strategy)
    for _, path in env.payment_providers:
        _check("PAYMENT_PROVIDERS", path)


def check_outside() -> None:
    """Of whoever asks other systems."""
    _check("ACCOUNTING_ADAPTER", environment.current().accounting_adapter)


def _check(variable: str, path: str) -> None:
    try:
        found = import_string(path)
    except ImportError as error:
        raise BadSetting(f"{variable} cannot be used: {error}") from None
    if not callable(found):
        raise BadSetting(f"{variable} cannot be used: {path} is no function or class")
