"""Asking an adapter, which is others' code: what it raises and what it says is taken with care."""

import logging
from collections.abc import Callable
from typing import TypeVar

from base.hidden import hidden
from base.outside.presence import presence
from orders.accounting.port import AccountingFault, AccountingRefusal

TOLD_LENGTH_MAX = 500
REFERENCE_LENGTH_MAX = 100

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


def ask(call: Callable[[], Answer]) -> Answer:
    """What the adapter answers. Whatever else it raises is a fault too: one store or one entry that an adapter breaks
    at must not hold up the others."""
    seen = presence("accounting")
    try:
        answer = _ask(call)
    except AccountingFault as fault:
        seen.gave_no_answer(told(fault))
        raise
    except AccountingRefusal:
        seen.answered()
        raise
    seen.answered()
    return answer


def _ask(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except (AccountingFault, AccountingRefusal):
        raise
    except Exception as error:
        log.exception("the accounting adapter failed")
        raise AccountingFault(f"{type(error).__name__}: {error}") from error


def checked(reference: object) -> str:
    """A reference that can be kept; anything else is no answer."""
    if isinstance(reference, str) and reference.isprintable() and 0 < len(reference) <= REFERENCE_LENGTH_MAX:
        return reference
    raise AccountingFault("the answer has no reference")


def told(error: AccountingFault | AccountingRefusal) -> str:
    """What the error says, in a form that a database keeps and a person can read."""
    said = "".join(one if one.isprintable() else " " for one in hidden(str(error))[:TOLD_LENGTH_MAX]).strip()
    return said or type(error).__name__
