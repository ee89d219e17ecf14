"""Terminal keys: who calls, and whether the role suffices.

Callers are remembered as they were a moment ago, by the hash of their key: a call may begin as theirs, and has the
first statement that it sends find out whether they still are. So a key that is revoked is refused at once, and finding
out costs no statement of its own.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, TypeAlias

from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from base.http.address import address_of
from base.http.problems import Problem
from base.sql.faults import DATABASE_ERRORS
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action, Role, least_role, may
from orders.terminals.api.limits import admit, check_address, note_good, note_wrong, refused_lately, was_good
from orders.terminals.db.reads import caller_by_key, key_hash

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="ringup"'}
"""Of every 401 (RFC 9110, section 15.5.2)."""

TOO_MANY = 429

REMEMBERED_FOR_S = 30.0
"""Shorter than the minute in which a terminal's last use is noted."""
CALLERS_MAX = 10_000

_lock = threading.Lock()
_callers: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()

Known: TypeAlias = Callable[[HttpRequest, Caller], bool]


class TerminalRequest(HttpRequest):
    """`asks`: finds out who calls, where nobody has yet; the caller is then the one of a moment ago."""

    auth: Caller
    asks: Callable[[HttpRequest], Caller] | None = None


def confirmed(request: HttpRequest) -> None:
    """Find out who calls, unless that was done: whose key was revoked is told that, and nothing else."""
    if asks := getattr(request, "asks", None):
        request.asks = None  # type: ignore[attr-defined]
        request.auth = asks(request)  # type: ignore[attr-defined]


def refused_first(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response, unless it refuses a call of which nobody has found out yet who calls, and he is refused himself.
    Who calls too often costs no statement: he comes back, and is told then."""
    if 400 <= response.status_code < 500 and response.status_code != TOO_MANY:
        try:
            confirmed(request)
        except Problem as problem:
            return problem.response()
        except DATABASE_ERRORS:
            return response
    return response


def turned_away(environ: Mapping[str, Any]) -> Problem | None:
    """Of a terminal that calls too often, as it has just been told: nothing else of its call is looked at. So one that
    does not heed it, and calls hundreds of times a second, takes little from the others."""
    caller = remembered(key_hash(_key_in(environ)))
    return refused_lately(caller.terminal_id, body_bytes=_body_bytes(environ)) if caller else None


def hash_to_confirm(request: TerminalRequest) -> bytes | None:
    """For the call's first statement, which finds out who calls; None where that was done."""
    return key_hash(key_of(request)) if getattr(request, "asks", None) else None


class TerminalKey(HttpBearer):
    """`Authorization: Bearer <terminal key>`, of a terminal whose role may do the action. `unless`: what needs no role,
    since it was answered before. `asks_later`: the call's first statement finds out whether the caller is still who he
    was a moment ago (`STILL_SO`), and where not, the call asks (`confirmed`); so it does before it is refused."""

    def __init__(self, action: Action = Action.READ, *, unless: Known | None = None, asks_later: bool = False) -> None:
        super().__init__()
        self.action = action
        self._unless = unless
        self._asks_later = asks_later

    def __call__(self, request: HttpRequest) -> Caller:
        return self.authenticate(request, key_of(request))

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        hashed = key_hash(token)
        caller = remembered(hashed) if self._asks_later else None
        if caller is None or not may(caller.role, self.action):
            caller = self._asked(request, hashed)
        else:
            request.asks = self.ask  # type: ignore[attr-defined]
        admit(caller.terminal_id, body_bytes=_body_bytes(request.META))
        self._check_role(request, caller)
        return caller

    def ask(self, request: HttpRequest) -> Caller:
        """Who calls, and may do it, as the database has it now; the call was counted before."""
        caller = self._asked(request, key_hash(key_of(request)))
        self._check_role(request, caller)
        return caller

    def _asked(self, request: HttpRequest, hashed: bytes) -> Caller:
        if not was_good(hashed):
            check_address(address_of(request))
        caller = caller_by_key(hashed)
        if caller is None:
            note_wrong(address_of(request), code="key_invalid")
            raise key_invalid()
        note_good(hashed)
        if caller.leaves:
            raise store_moving()
        remember(hashed, caller)
        return caller

    def _check_role(self, request: HttpRequest, caller: Caller) -> None:
        if not may(caller.role, self.action) and not (self._unless and self._unless(request, caller)):
            require(caller.role, self.action)


def remember(key_hash: bytes, caller: Caller) -> None:
    """The oldest is forgotten for whoever is one too many."""
    with _lock:
        _callers[key_hash] = (caller, monotonic() + REMEMBERED_FOR_S)
        _callers.move_to_end(key_hash)
        if len(_callers) > CALLERS_MAX:
            _callers.popitem(last=False)


def remembered(key_hash: bytes) -> Caller | None:
    caller, until = _callers.get(key_hash, (None, 0.0))
    return caller if until > monotonic() else None


def key_of(request: HttpRequest) -> str:
    """The key that came with the request, whether it is known or not."""
    if key := _key_in(request.META):
        return key
    note_wrong(address_of(request), code="key_missing")
    raise _unauthorized("key_missing", "Send the terminal's key as Authorization: Bearer <key>.")


def _key_in(environ: Mapping[str, Any]) -> str:
    header: str = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, key = header.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def key_invalid() -> Problem:
    return _unauthorized("key_invalid", "The key is unknown, has ended or was revoked.")


def _body_bytes(environ: Mapping[str, Any]) -> int | None:
    """None where it comes in chunks."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return None
    return int(environ.get("CONTENT_LENGTH") or 0)


def store_moving() -> Problem:
    """A till comes again under the same address and key; once the store has arrived, it is answered there."""
    detail = "The store is on its way to another server; come again in 1 s, under the same key."
    return Problem(503, "store_moving", detail, headers={"Retry-After": "1"})


def require(role: Role, action: Action) -> None:
    """Refuse a role that does not suffice, naming the one that does."""
    if not may(role, action):
        detail = f"This needs the role {least_role(action)}; the terminal has {role}."
        raise Problem(403, "role_not_allowed", detail)


def _unauthorized(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers=CHALLENGE)
