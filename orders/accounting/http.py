"""The accounting system behind ACCOUNTING_URL, over JSON."""

import json
from collections.abc import Sequence
from typing import Any

import urllib3

from orders.accounting.port import AccountingFault

TIMEOUT = urllib3.Timeout(connect=3, read=15)
ANSWER_BYTES_MAX = 4 * 1024 * 1024


class HttpAccounting:
    """Repeats nothing by itself: the caller knows when, and under which key."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[str]:
        asked = {"store": store_code, "count": count, "idempotency_key": idempotency_key}
        answer = self._post("/drafts", asked)
        ids = answer.get("ids") if isinstance(answer, dict) else None
        if not isinstance(ids, list):
            raise AccountingFault("the answer has no list of ids")
        return ids

    def _post(self, path: str, asked: dict[str, Any]) -> Any:
        try:
            with self._http.request("POST", self._url + path, json=asked, preload_content=False) as response:
                body = response.read(ANSWER_BYTES_MAX)
        except urllib3.exceptions.HTTPError as error:
            raise AccountingFault(f"no answer: {type(error).__name__}") from error
        if response.status >= 300:
            raise AccountingFault(f"answered {response.status}")
        try:
            return json.loads(body)
        except ValueError as error:
            raise AccountingFault("the answer is not JSON") from error
