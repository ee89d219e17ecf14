"""The door: a terminal that goes on calling after it was told to come back is told so again, and gets no further.

What a refusal costs, it costs hundreds of times a second: on the way through Django most of it would be Django's, and a
large body would be put together for nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from base.http.body import BYTES_MAX, PREFIX, Application, bytes_max
from base.http.problems import CONTENT_TYPE
from orders.terminals.api.auth import turned_away
from project.browser.pages import HEADERS

PIECE_BYTES = 1 << 18


def turning_away(application: Application) -> Application:
    """WSGI middleware. What it does not let through has its body taken in all the same: a client that still sends would
    not hear the answer."""

    def door(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = _length(environ)
        if length is None or not (problem := turned_away(environ)):
            return application(environ, start_response)
        content = problem.content()
        headers = {**HEADERS, **problem.headers, "Content-Type": CONTENT_TYPE, "Content-Length": str(len(content))}
        _take_in(environ["wsgi.input"].read, length)
        status = HTTPStatus(problem.status)
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [content]

    return door


def _length(environ: Mapping[str, Any]) -> int | None:
    """Of the body of a call; None of what is no call or wants no answer, comes in chunks or as a file, or is too large:
    Django has its ways with these."""
    path, method, given = environ["PATH_INFO"], environ["REQUEST_METHOD"], environ.get("CONTENT_LENGTH", "")
    is_call = path.startswith(PREFIX) and method != "HEAD" and bytes_max(path) == BYTES_MAX
    if not is_call or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    length = int(given) if given.isdecimal() else 0 if method == "GET" else None
    return length if length is not None and length <= BYTES_MAX else None


def _take_in(read: Callable[[int], bytes], length: int) -> None:
    """As much as comes: a client that is gone is told nothing."""
    while length > 0 and (piece := read(min(length, PIECE_BYTES))):
        length -= len(piece)
