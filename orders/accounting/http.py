"""The accounting system behind ACCOUNTING_URL, over JSON."""

import json
import time
from collections.abc import Sequence
from typing import Any

import urllib3

from orders.accounting.asking import checked
from orders.accounting.port import AccountingFault, AccountingRefusal, Entry

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 4 * 1024 * 1024
REFUSALS = frozenset({400, 409, 422})
"""Other statuses are about the connection, the login or the state of the system, which may be another one later."""


class HttpAccounting:
    """Repeats nothing by itself: the caller knows when, and under which key. Threads may share it."""

    def __init__(self, url: str, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._url = url.rstrip("/")
        self._read_timeout_s = read_timeout_s
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s)
        self._http = urllib3.PoolManager(retries=False, timeout=timeout, maxsize=4)

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[Any]:
        asked = {"store": store_code, "count": count, "idempotency_key": idempotency_key}
        ids = self._call("/drafts", asked).get("ids")
        if not isinstance(ids, list):
            raise AccountingFault("the answer has no list of ids")
        return ids

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        told = {
            "idempotency_key": idempotency_key,
            "store": entry.store_code,
            "invoice_number": entry.invoice_number,
            "kind": entry.kind,
            "currency": entry.currency,
            "occurred_at": entry.occurred_at.isoformat(),
            "postings": [{"account": one.account, "amount_minor": one.amount_minor} for one in entry.postings],
        }
        return checked(self._call("/entries", told).get("reference"))

    def _call(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            with self._http.request("POST", self._url + path, json=asked, preload_content=False) as response:
                body = self._read(response)
        except urllib3.exceptions.HTTPError as error:
            raise AccountingFault(f"no answer: {type(error).__name__}") from error
        if response.status in REFUSALS:
            raise AccountingRefusal(f"answered {response.status}: {body.decode(errors='replace')}")
        if not 200 <= response.status < 300:
            raise AccountingFault(f"answered {response.status}")
        answer = _json(body)
        if not isinstance(answer, dict):
            raise AccountingFault("the answer is not a JSON object")
        return answer

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """All of it: a body that comes drop by drop is cut off, as it would never exceed a timeout of single reads."""
        until = time.monotonic() + self._read_timeout_s
        body = b""
        while len(body) < ANSWER_BYTES_MAX and (part := response.read1(ANSWER_BYTES_MAX)):
            body += part
            if time.monotonic() > until:
                raise AccountingFault("no answer: it did not come to its end")
        return body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AccountingFault("the answer is not JSON") from error
