"""The request headers that say how a command is to be taken."""

import re
from typing import TypeGuard

from django.http import HttpRequest

from base.http.fields import BIGINT_MAX
from base.http.problems import Problem

KEY_LENGTH_MAX = 255
WAIT_S_MAX = 10

KEY_PATTERN = r"^[\x20-\x7e]+$"
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=$|[,;])', re.IGNORECASE)


def idempotency_key(request: HttpRequest) -> str:
    """`Idempotency-Key`, bare or as the quoted string of the IETF draft (draft-ietf-httpapi-idempotency-key-header)."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        raise Problem(400, "idempotency_key_missing", "Send an Idempotency-Key header: one value for each command.")
    return valid_key(given.strip())


def valid_key(given: str) -> str:
    """The key without its quotes; empty, too long or not printable ASCII it is refused."""
    quoted = _QUOTED.fullmatch(given)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else given
    if not is_key(key):
        raise _invalid()
    return key


def is_key(given: object) -> TypeGuard[str]:
    return isinstance(given, str) and len(given) <= KEY_LENGTH_MAX and re.search(KEY_PATTERN, given) is not None


def command_sequence(request: HttpRequest) -> int | None:
    """`Command-Sequence`: the terminal's own count, from 1; None where it is not sent."""
    given = request.META.get("HTTP_COMMAND_SEQUENCE")
    if given is None:
        return None
    number = int(given) if _NUMBER.fullmatch(given) else 0
    if not 1 <= number <= BIGINT_MAX:
        detail = f"The Command-Sequence of a command is a whole number from 1 to {BIGINT_MAX}."
        raise Problem(400, "command_sequence_invalid", detail)
    return number


def preferred_wait_s(request: HttpRequest) -> int:
    """N of `Prefer: wait=N` (RFC 7240), at most 10; 0 where there is none."""
    found = _WAIT.search(request.META.get("HTTP_PREFER", ""))
    return min(int(found[1]), WAIT_S_MAX) if found else 0


def _invalid() -> Problem:
    return Problem(
        400,
        "idempotency_key_invalid",
        f"An idempotency key has 1 to {KEY_LENGTH_MAX} characters of printable ASCII.",
    )
