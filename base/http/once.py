"""Headers of which a call has one.

Of two the web server, or a proxy, makes one, with a comma between (RFC 9110, section 5.3). A second `Content-Type` the
web server drops.
"""

import re

from django.http import HttpRequest

from base.http.problems import Problem

NAMES = ("Authorization", "Content-Type")
_SAID = re.compile(r'"(?:[^"\\]|\\.)*"')
"""What a parameter says, in quotes: its commas are its own."""


def header_problem(request: HttpRequest) -> Problem | None:
    """Whoever stands between may read the other one of two."""
    for name in NAMES:
        if "," in _SAID.sub("", request.headers.get(name, "")):
            return Problem(400, "header_repeated", f"Send one {name} header: there are two, or it holds a comma.")
    return None
