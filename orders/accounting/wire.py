"""A POST to an accounting system over HTTP, with an end to every wait and to every answer."""

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from base.causes import no_answer
from base.outside.bounded_read import TooSlow, read_whole
from orders.accounting.port import AccountingFault

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0


class Wire:
    """Repeats nothing. Threads may share it."""

    def __init__(self, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        self._read_timeout_s = read_timeout_s
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s)
        self._http = urllib3.PoolManager(retries=False, timeout=timeout, maxsize=4)

    def post(self, url: str, asked: Any, *, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of the answer. Raises AccountingFault where none comes whole and in time."""
        wanted = {"Content-Type": "application/json", **(headers or {})}
        body = json.dumps(asked).encode()
        try:
            with self._http.request("POST", url, body=body, headers=wanted, preload_content=False) as response:
                return response.status, read_whole(response, within_s=self._read_timeout_s)
        except (urllib3.exceptions.HTTPError, TooSlow) as error:
            raise AccountingFault(no_answer(error, at=url, within_s=self._read_timeout_s)) from error


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that the body is; anything else is no answer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AccountingFault("the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise AccountingFault("the answer is not a JSON object")
    return answer
