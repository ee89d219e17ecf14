"""Asking another system through its adapter, which is others' code: what it raises and says is taken with care."""

import logging
from collections.abc import Callable, Sequence
from traceback import format_exception
from typing import TypeVar

from base.causes import SILENT, why
from base.hidden import hidden
from base.outside.presence import presence

TOLD_LENGTH_MAX = 500

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Fault(Exception):
    """It did not answer, or not as agreed. What happened is unknown; the same call under the same key may be
    repeated."""


class Refusal(Exception):
    """It understood and said no: nothing happened, and repeating the same call would not help."""


def ask(call: Callable[[], Answer], *, of: str, secrets: Sequence[str] = ()) -> Answer:
    """What the adapter of this system answers. Raises Fault and Refusal alone, in words that a database keeps and a
    person can read: whatever else an adapter raises is a fault, so that what it breaks at holds up no other.
    `secrets`: what no error may repeat, besides the shop's own."""
    seen = presence(of)
    try:
        answer = _ask(call, of, secrets)
    except Fault as error:
        fault = Fault(_told(error, secrets))
        seen.gave_no_answer(fault)
        raise fault from None
    except Refusal as error:
        seen.answered()
        raise Refusal(_told(error, secrets)) from None
    seen.answered()
    return answer


def checked(reference: object, *, length_max: int) -> str:
    """A reference that can be kept; anything else is no answer."""
    if isinstance(reference, str) and reference.isprintable() and 0 < len(reference) <= length_max:
        return reference
    raise Fault("the answer has no reference")


def _ask(call: Callable[[], Answer], of: str, secrets: Sequence[str]) -> Answer:
    try:
        return call()
    except (Fault, Refusal):
        raise
    except Exception as error:
        trace = hidden("".join(format_exception(error)), *secrets)
        log.error("the adapter of %s failed: %s", of, trace)  # noqa: TRY400 - its own trace hides nothing
        raise Fault(why(error)) from error


def _told(error: Fault | Refusal, secrets: Sequence[str]) -> str:
    said = hidden(str(error), *secrets)[:TOLD_LENGTH_MAX]
    return "".join(one if one.isprintable() else " " for one in said).strip() or SILENT
