"""Tryton's JSON-RPC: a login that is kept, and what its answers mean.

Not by Tryton's own client for programs, Proteus: it waits for an answer without end, and asks for every model's fields
before it does anything.
"""

import base64
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.accounting.tryton.address import Address
from orders.accounting.wire import READ_TIMEOUT_S, Wire, read_object

BUSY = frozenset({423, 503})
"""Somebody else holds a lock, such as that of a number series: the transaction was rolled back."""
TRIES_MAX = 6
"""Tryton itself tries as often each time."""
PAUSE_MAX_S = 0.1
"""Grows with each try."""

CALL_MAX_S = 40.0
"""Of all requests of one call of the port: whoever asked has a lease of a minute. The rest is left to the next attempt,
which finds what is there."""

Record = dict[str, Any]


class Changed(AccountingFault):
    """A record is not any more as it was read; nothing happened."""


@dataclass(frozen=True, slots=True)
class Login:
    """`context`: the user's own, above all the company."""

    headers: dict[str, str]
    context: dict[str, Any]


class Rpc:
    """Repeats what had no effect, a few times; what may have had one, never. Threads may share it."""

    def __init__(self, address: Address, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._address = address
        self._wire = Wire(read_timeout_s=read_timeout_s)
        self._lock = threading.Lock()
        self._login: Login | None = None

    @property
    def company(self) -> int:
        company = self._logged_in().context.get("company")
        if not isinstance(company, int):
            raise AccountingFault("Tryton's user has no company")
        return company

    def call(self, method: str, *params: Any, **context: Any) -> Any:
        """Call the method as the user; the context comes last. Raises Changed too."""
        login = self._logged_in()
        status, body = self._patiently(method, params, context, login)
        if status == 401:  # the session is over, which a method that posts finds out before it does anything
            self._forget(login)
            status, body = self._patiently(method, params, context, self._logged_in())
        if status == 403:
            raise AccountingRefusal(f"Tryton does not allow {method}")
        return _result(status, body)

    def search(self, model: str, domain: list[Any], names: list[str], *, limit: int, order: Any = None) -> list[Record]:
        found = self.call(f"model.{model}.search_read", domain, 0, limit, order, names)
        if not isinstance(found, list) or not all(isinstance(one, dict) and "id" in one for one in found):
            raise AccountingFault("the answer is not a list of records")
        return found

    def _patiently(self, method: str, params: Any, context: Any, login: Login) -> tuple[int, bytes]:
        asked = {"id": 0, "method": method, "params": [*params, {**login.context, **context}]}
        status, body = self._wire.post(self._address.url, asked, headers=login.headers)
        for tried in range(1, TRIES_MAX):
            if status not in BUSY:
                break
            time.sleep(random.uniform(0, tried * PAUSE_MAX_S))
            status, body = self._wire.post(self._address.url, asked, headers=login.headers)
        return status, body

    def _logged_in(self) -> Login:
        with self._lock:
            if self._login is None:
                self._login = self._log_in()
            return self._login

    def _forget(self, login: Login) -> None:
        with self._lock:
            if self._login is login:
                self._login = None

    def _log_in(self) -> Login:
        # Tryton calls long answers gzipped even where it was not asked for it.
        headers = {"Accept-Encoding": "gzip"}
        user = self._address.user
        made = self._ask("common.db.login", [user, {"password": self._address.password}], headers)
        if not (isinstance(made, list) and len(made) > 1):
            raise AccountingFault("Tryton does not accept the login")
        session = base64.b64encode(f"{user}:{made[0]}:{made[1]}".encode()).decode()
        headers["Authorization"] = f"Session {session}"
        context = self._ask("model.res.user.get_preferences", [True, {}], headers)
        if not isinstance(context, dict):
            raise AccountingFault("the answer has no preferences")
        return Login(headers, context)

    def _ask(self, method: str, params: list[Any], headers: dict[str, str]) -> Any:
        """A wrong password is a fault: with another one the same entries will pass."""
        status, body = self._wire.post(
            self._address.url, {"id": 0, "method": method, "params": params}, headers=headers
        )
        if status == 401:
            raise AccountingFault("Tryton does not accept the login")
        try:
            return _result(status, body)
        except AccountingRefusal as refusal:
            raise AccountingFault(f"no login: {refusal}") from None


def _result(status: int, body: bytes) -> Any:
    if status != 200:
        raise AccountingFault(f"answered {status}")
    answer = read_object(body)
    if "error" in answer:
        raise _error(answer["error"])
    if "result" not in answer:
        raise AccountingFault("the answer has no result")
    return answer["result"]


def _error(error: Any) -> AccountingFault | AccountingRefusal:
    match error:
        case ["UserError", [str(message), *more]]:
            return AccountingRefusal(" ".join([message, *(str(one) for one in more[:1] if one)]))
        case ["UserWarning", [_, str(message), *_]]:
            return AccountingRefusal(f"Tryton warns: {message}")
        case ["ConcurrencyException", *_]:
            return Changed("the record was changed meanwhile")
        case [str(kind), *_]:
            return AccountingFault(f"Tryton failed: {kind}")
        case _:
            return AccountingFault("Tryton failed")
