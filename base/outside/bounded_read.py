"""Reading what another system answers over HTTP, with an end: a body that comes drop by drop would never exceed a
timeout of single reads."""

import time

import urllib3

BYTES_MAX = 4 * 1024 * 1024


class TooSlow(Exception):
    """The answer did not come to its end in time."""


def read_whole(response: urllib3.BaseHTTPResponse, *, within_s: float) -> bytes:
    """The body, or its first `BYTES_MAX` and a little. Raises TooSlow, and what urllib3 raises."""
    until = time.monotonic() + within_s
    body = b""
    while len(body) < BYTES_MAX and (part := response.read1(BYTES_MAX)):
        body += part
        if time.monotonic() > until:
            raise TooSlow("it did not come to its end")
    return body
