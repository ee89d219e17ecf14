"""Asking an adapter, which is others' code: what it raises and what it says is taken with care."""

import logging
from collections.abc import Callable

from orders.payments.port import PaymentFault, PaymentRefusal
from orders.presence import presence

TOLD_LENGTH_MAX = 500
REFERENCE_LENGTH_MAX = 255

log = logging.getLogger(__name__)


def ask(call: Callable[[], object], *, of: str) -> str:
    """The reference that the adapter of this provider answers. Whatever else it raises or answers is a fault: what
    happened is not known."""
    seen = presence(f"payment provider {of}")
    try:
        reference = _ask(call)
    except PaymentFault as fault:
        seen.gave_no_answer(told(fault))
        raise
    except PaymentRefusal:
        seen.answered()
        raise
    seen.answered()
    return reference


def _ask(call: Callable[[], object]) -> str:
    try:
        reference = call()
    except (PaymentFault, PaymentRefusal):
        raise
    except Exception as error:
        log.exception("the payment provider's adapter failed")
        raise PaymentFault(f"{type(error).__name__}: {error}") from error
    if isinstance(reference, str) and reference.isprintable() and 0 < len(reference) <= REFERENCE_LENGTH_MAX:
        return reference
    raise PaymentFault("the answer has no reference")


def told(error: PaymentFault | PaymentRefusal) -> str:
    """What the error says, in a form that a database keeps and a person can read."""
    said = "".join(one if one.isprintable() else " " for one in str(error)[:TOLD_LENGTH_MAX]).strip()
    return said or type(error).__name__
