"""Enrolment codes that nobody has, counted by the address they come from, over all web processes.

A code is short. Whoever guesses is soon not told any more, while a till beside it, behind the same address, still
enrols; until so many were wrong that nothing from there is looked at.
"""

import logging

from limits import RateLimitItemPerMinute

from base.http.counting import counts
from base.http.problems import Problem
from orders.terminals.api.auth import CHALLENGE
from orders.terminals.api.limits import unauthorized

WRONG_CODES = RateLimitItemPerMinute(10)
WRONG_CODES_MAX = RateLimitItemPerMinute(100)
WINDOW_S = 60

log = logging.getLogger(__name__)


def check_codes(address: str) -> None:
    """Refuse whatever code it is, where too many from its address were wrong."""
    if not counts().has_room(WRONG_CODES_MAX, _name(address)):
        raise _too_many()


def wrong_code(address: str) -> Problem:
    """Count a code that is unknown, used or lapsed, and tell of it. The code itself is told nowhere."""
    is_too_many = not counts().take_exactly(WRONG_CODES, _name(address))
    counts().take_exactly(WRONG_CODES_MAX, _name(address))
    if is_too_many:
        return _too_many()
    log.warning("401 enrol_code_invalid from %s", address)
    unauthorized.labels(code="enrol_code_invalid").inc()
    detail = "The code is unknown, was used, or has lapsed: ask for a new one."
    return Problem(401, "enrol_code_invalid", detail, headers=CHALLENGE)


def _name(address: str) -> str:
    return f"wrong-code:{address}"


def _too_many() -> Problem:
    unauthorized.labels(code="too_many_wrong_codes").inc()
    detail = f"Too many wrong codes came from this address; come back in {WINDOW_S} s."
    return Problem(429, "too_many_wrong_codes", detail, headers={"Retry-After": str(WINDOW_S)})
