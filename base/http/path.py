"""A request's path as Django reads it, from one that the web server hands over: each byte as a character (PEP 3333)."""

from collections.abc import Iterable
from typing import Any

from base.http.body import Application


def told_as_text(application: Application) -> Application:
    """WSGI middleware. Django would put what is no UTF-8 back into its encoded form, by which another thing may be
    called; a NUL is in no name."""

    def read_well(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace").replace("\ufffd", "\x00")
        environ["PATH_INFO"] = path.encode().decode("latin-1")
        return application(environ, start_response)

    return read_well
