"""Asking an adapter, which is others' code: what it raises and what it says is taken with care."""

import logging
from collections.abc import Callable, Sequence
from traceback import format_exception

from base.hidden import hidden
from base.outside.presence import presence
from orders.payments.port import PaymentFault, PaymentRefusal

TOLD_LENGTH_MAX = 500
REFERENCE_LENGTH_MAX = 255

log = logging.getLogger(__name__)


def ask(call: Callable[[], object], *, of: str, secrets: Sequence[str] = ()) -> str:
    """The reference that the adapter of this provider answers. Whatever else it raises or answers is a fault: what
    happened is not known. `secrets`: what a customer pays with, which no error repeats."""
    seen = presence(f"payment provider {of}")
    try:
        reference = _ask(call, secrets)
    except PaymentFault as error:
        fault = PaymentFault(hidden(str(error), *secrets))
        seen.gave_no_answer(told(fault))
        raise fault from None
    except PaymentRefusal as error:
        seen.answered()
        raise PaymentRefusal(hidden(str(error), *secrets)) from None
    seen.answered()
    return reference


def _ask(call: Callable[[], object], secrets: Sequence[str]) -> str:
    try:
        reference = call()
    except (PaymentFault, PaymentRefusal):
        raise
    except Exception as error:
        trace = hidden("".join(format_exception(error)), *secrets)
        log.error("the payment provider's adapter failed: %s", trace)  # noqa: TRY400 - its own trace hides nothing
        raise PaymentFault(f"{type(error).__name__}: {error}") from error
    if isinstance(reference, str) and reference.isprintable() and 0 < len(reference) <= REFERENCE_LENGTH_MAX:
        return reference
    raise PaymentFault("the answer has no reference")


def told(error: PaymentFault | PaymentRefusal) -> str:
    """What the error says, in a form that a database keeps and a person can read."""
    said = "".join(one if one.isprintable() else " " for one in str(error)[:TOLD_LENGTH_MAX]).strip()
    return said or type(error).__name__
