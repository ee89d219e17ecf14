"""A POST to an accounting system over HTTP, with an end to every wait and to every answer."""

import json
import time
from collections.abc import Mapping
from typing import Any

import urllib3

from orders.accounting.port import AccountingFault

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 4 * 1024 * 1024


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
                return response.status, self._read(response)
        except urllib3.exceptions.HTTPError as error:
            raise AccountingFault(f"no answer: {type(error).__name__}") from error

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """All of it: a body that comes drop by drop is cut off, as it would never exceed a timeout of single reads."""
        until = time.monotonic() + self._read_timeout_s
        body = b""
        while len(body) < ANSWER_BYTES_MAX and (part := response.read1(ANSWER_BYTES_MAX)):
            body += part
            if time.monotonic() > until:
                raise AccountingFault("no answer: it did not come to its end")
        return body


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that the body is; anything else is no answer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AccountingFault("the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise AccountingFault("the answer is not a JSON object")
    return answer
