"""Errors as RFC 9457 problem details (application/problem+json)."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

from django.http import HttpResponse
from prometheus_client import Counter
from pydantic import BaseModel, Field
from pydantic_core import to_json

from base.http.come_back import COME_BACK

CONTENT_TYPE = "application/problem+json"
ERRORS_MAX = 100
TEXT_MAX = 500
"""Of what a sentence or a pointer quotes, nobody needs to read more."""

turned_away = Counter("ringup_calls_turned_away", "Calls that were told to come back later.", ["status", "code"])


class Problem(Exception):
    """An answer that is no success. `errors`: what is wrong where, with a JSON pointer (RFC 6901) or parameter each.

    However much is wrong, and however long what was sent: a problem stays short.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.status = status
        self.code = code
        self.detail = shortened(detail)
        if len(errors) > ERRORS_MAX:
            self.detail += f" These are the first {ERRORS_MAX} errors."
        self.errors = [
            {name: shortened(value) for name, value in error.items()} for error in islice(errors, ERRORS_MAX)
        ]
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:ringup:problem:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": self.errors,
        }

    def under(self, *path: str | int) -> "Problem":
        """The same problem of a part of a larger body, which is found at `path`."""
        root = json_pointer(path)
        errors = [
            {**error, "pointer": root + error["pointer"][1:]} if error.get("pointer") else error
            for error in self.errors
        ]
        return Problem(self.status, self.code, self.detail, errors=errors, headers=self.headers)

    def content(self) -> bytes:
        """To be sent: whoever is told to come back is counted."""
        if self.status in COME_BACK:
            turned_away.labels(self.status, self.code).inc()
        return to_json(self.body())

    def response(self) -> HttpResponse:
        return HttpResponse(self.content(), status=self.status, content_type=CONTENT_TYPE, headers=self.headers)


class Unreadable(Problem):
    """Of a file of which nobody can tell what it says: of none that was ever taken."""


class ErrorOut(BaseModel):
    detail: Annotated[str, Field(examples=["What happened, in a sentence."])]
    pointer: Annotated[str | None, Field(examples=["#/lines/0/sku"])] = None
    parameter: str | None = None
    code: str | None = None


class ProblemOut(BaseModel):
    """RFC 9457 problem details; `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: Annotated[list[ErrorOut], Field(max_length=ERRORS_MAX)]


def shortened(value: Any) -> Any:
    return f"{value[:TEXT_MAX]}…" if isinstance(value, str) and len(value) > TEXT_MAX else value


def not_found(code: str, detail: str) -> Problem:
    return Problem(404, code, detail)


def malformed_json(error: BaseException | None) -> Problem:
    return Problem(400, "malformed_json", f"The body is not JSON: {error}.")


def at(pointer: Sequence[str | int], detail: str, code: str | None = None) -> dict[str, Any]:
    """One entry of `errors` for a place in the body."""
    return {"pointer": json_pointer(pointer), "detail": detail, "code": code}


def json_pointer(path: Sequence[str | int]) -> str:
    """RFC 6901 as a URI fragment, the way RFC 9457 writes it."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
