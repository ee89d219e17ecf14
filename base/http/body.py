"""Bodies: a request's as Django reads it, from one that the web server hands over; and an answer's.

Granian's `readline` gives a line without its end and loses the rest, so nothing but its `read` is used. A body in
chunks is read as it comes: WSGI knows no length of it, and Django reads none without one. Granian does not tell its end
from a client that has gone, so what does not show its own end must show it here. Of CSV that is cut at the end of a
line only its call can tell, by `rows`. A form shows its end always: Django would take one that is cut for one with
fewer fields.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from io import BufferedReader, RawIOBase
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from pydantic_core import to_json

from base.http import uploads
from base.http.problems import Problem, Unreadable

PREFIX = "/api/"
BYTES_MAX = 1024 * 1024

# How such a body ends in chunks; JSON shows by itself whether it is whole.
_LINES = (b"\n", b"\r")
_FORM = (b"--", b"--\r\n")
_ENDS = {"text/csv": _LINES, "application/x-ndjson": _LINES, "multipart/form-data": _FORM}

ONCE = ("Authorization", "Content-Type")
"""Of two the web server, or a proxy, makes one, with a comma between (RFC 9110, section 5.3). A second `Content-Type`
the web server drops."""
_SAID = re.compile(r'"(?:[^"\\]|\\.)*"')
"""What a parameter says, in quotes: its commas are its own."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """JSON. The read that made it shaped it, so nothing is validated a second time."""
    return HttpResponse(to_json(content), status=status, content_type="application/json", headers=headers)


def bytes_max(path: str) -> int:
    return uploads.BODY_BYTES_MAX if path.endswith("/import") else BYTES_MAX


def too_large(path: str) -> Problem:
    return Problem(413, "body_too_large", f"A body has at most {bytes_max(path)} bytes here.")


def header_problem(request: HttpRequest) -> Problem | None:
    """A header that a call is refused for, whatever it asks."""
    try:
        request.get_host()
    except DisallowedHost:  # a page elsewhere whose name leads here has another host name
        return Problem(400, "host_unknown", "The server is not called so; see ALLOWED_HOSTS.")
    for name in ONCE:
        # Whoever stands between may have read the other one of two.
        if "," in _SAID.sub("", request.headers.get(name, "")):
            return Problem(400, "header_repeated", f"Send one {name} header: there are two, or it holds a comma.")
    return None


def readable(application: Application) -> Application:
    """WSGI middleware: whatever reads the body gets all of it, or an error that tells why not."""

    def read_well(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        length = _length(environ)
        body = _Body(environ["wsgi.input"].read, path=path, length=length, ends=_ends(environ), comes=_comes(environ))
        environ["wsgi.input"] = BufferedReader(body)
        if length is None and path.startswith(PREFIX):
            # As much as there may be: the body ends where its last chunk does.
            environ["CONTENT_LENGTH"] = str(bytes_max(path))
        return application(environ, start_response)

    return read_well


def _length(environ: dict[str, Any]) -> int | None:
    """None where it comes in chunks, or as frames of HTTP/2 that announce none."""
    given: str = environ.get("CONTENT_LENGTH", "")
    if "HTTP_TRANSFER_ENCODING" not in environ and given.isdecimal():
        return int(given)
    return 0 if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None


def _comes(environ: dict[str, Any]) -> bool:
    """Whether a body of one byte or more has to come: of one in chunks that is empty nobody can tell whether it broke
    off, and many a call takes none for all its defaults."""
    return "HTTP_TRANSFER_ENCODING" in environ and environ["PATH_INFO"].startswith(PREFIX)


def _ends(environ: dict[str, Any]) -> tuple[bytes, ...]:
    """Of a call; a page's form is Django's."""
    if not environ["PATH_INFO"].startswith(PREFIX):
        return (b"",)
    content_type: str = environ.get("CONTENT_TYPE", "")
    return _ENDS.get(content_type.partition(";")[0].strip().lower(), (b"",))


class _Body(RawIOBase):
    """`length`: what was announced. Less is a body that broke off; without it the body may be too large. `comes`: it is
    not empty."""

    def __init__(
        self, read: Callable[[int], bytes], *, path: str, length: int | None, ends: tuple[bytes, ...], comes: bool
    ) -> None:
        super().__init__()
        self._read_some = read
        self._path = path
        self._length = length
        self._ends = ends
        self._comes = comes
        self._count = 0
        self._last = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._length is not None and self._count >= self._length:
            return 0
        piece = self._read_some(len(buffer))
        self._count += len(piece)
        if self._length is None:
            self._check_size()
        if not piece and (self._length is not None or not self._is_whole()):
            raise OSError("the body broke off")
        self._last = (self._last + piece[-4:])[-4:]
        if self._count == self._length and self._ends is _FORM and not self._last.endswith(_FORM):
            raise Unreadable(400, "malformed_form", "The body is no form: it does not end as one does.")
        buffer[: len(piece)] = piece
        return len(piece)

    def _is_whole(self) -> bool:
        return self._last.endswith(self._ends) and (self._count > 0 or not self._comes)

    def _check_size(self) -> None:
        """Django asks for no more than there may be, so what is beyond it is looked for here."""
        left = bytes_max(self._path) - self._count
        if left < 0 or (left == 0 and self._read_some(1)):
            raise too_large(self._path)
