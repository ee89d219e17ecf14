"""How Stripe's library talks HTTP here: an answer that comes drop by drop ends at a time, and nothing is repeated."""

import json
from collections.abc import Mapping
from typing import Any

import stripe
import urllib3

from base.causes import no_answer
from base.outside.bounded_read import TooSlow, read_whole

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 15.0


class NoAnswer(stripe.StripeError):
    """What happened is not known."""


class BoundedClient(stripe.HTTPClient):
    """Threads may share it."""

    name = "urllib3"

    def __init__(self, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        super().__init__()
        self._read_timeout_s = read_timeout_s
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s)
        self._http = urllib3.PoolManager(
            retries=False, timeout=timeout, maxsize=16, ca_certs=stripe.ca_bundle_path, cert_reqs="CERT_REQUIRED"
        )

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        try:
            with self._http.request(
                method, url, headers=headers, body=post_data, preload_content=False, redirect=False
            ) as response:
                return (
                    _json_object(read_whole(response, within_s=self._read_timeout_s)),
                    response.status,
                    response.headers,
                )
        except (urllib3.exceptions.HTTPError, TooSlow) as error:
            raise NoAnswer(no_answer(error, at=url, within_s=self._read_timeout_s)) from error

    def close(self) -> None:
        self._http.clear()


def _json_object(body: bytes) -> str:
    """The text of the answer; the library trusts that it is one."""
    try:
        if isinstance(json.loads(body), dict):
            return body.decode()
    except (ValueError, RecursionError):
        raise NoAnswer("it is not JSON") from None
    raise NoAnswer("it is not a JSON object")
