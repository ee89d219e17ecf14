"""Imports: many rows as JSON, as CSV, or as CSV in a form's file, up to 32 MiB. They all come to the same body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from pydantic import BaseModel, Field
from pydantic_core import from_json

from base.http.fields import DIGITS, Body
from base.http.files.csv_text import not_utf8, text_lines
from base.http.files.file_rows import FileRows, file_rows
from base.http.json_marks import has_more_marks
from base.http.problems import Problem, Unreadable, at, malformed_json
from base.http.refusal import Refusal
from base.http.rows import IMPORT_ROWS_MAX
from base.http.validation import Unjudged, judged_later
from base.sql.renewal import lend_connection

BODY_BYTES_MAX = 32 * 1024 * 1024
FILE = "file"
_MARKS_AROUND = 100
"""Of a body, those that are not its rows'."""

Import = TypeVar("Import", bound=Body)


@dataclass(frozen=True, slots=True)
class Read(Generic[Import]):
    """`body`: with the rows that can be read. `file`: which these are, and what became of the others. `problem`: why
    all of it is refused, where its key is known and it is compared first."""

    body: Import | Unjudged
    file: FileRows | None = None
    problem: Problem | None = None

    @property
    def count(self) -> int | None:
        """None of a body whose shape is not judged yet."""
        items = getattr(self.body, "items", None)
        return self.file.count if self.file else None if items is None else len(items)

    def taken(self) -> Import:
        """Of a call without a key: whatever is wrong with it was refused at once."""
        assert not isinstance(self.body, Unjudged), self.body.problem
        return self.body


class ImportAskedIn(BaseModel):
    rows: Annotated[
        Annotated[int, Field(ge=1, le=IMPORT_ROWS_MAX), DIGITS] | None,
        Field(
            description="How many there are, good and bad; any other number is refused with 422. A CSV body in chunks, "
            "without `Content-Length`, that breaks off at the end of a line looks whole: only this tells of it.",
        ),
    ] = None


def read_import(
    request: HttpRequest,
    body: type[Import],
    row: type[BaseModel],
    *,
    rows: int | None = None,
    known: Callable[[], bool] = lambda: False,
) -> Read[Import]:
    """`body`: has `items`, each a `row`. In a file a row of the wrong shape is refused by itself; in JSON it refuses
    them all, as anywhere. `rows`: how many there must be. `known`: whether its key came before; then what is refused
    is read all the same, to be compared."""
    lend_connection()
    refusal = Refusal(known)
    try:
        read = _read(request, body, row, refusal)
    except Unreadable as problem:
        refusal.tell(problem)
        read = Read(Unjudged(body, {}, problem))
    if rows is not None and read.count not in (None, rows):
        detail = f"Rows told: {rows}; rows found: {read.count}."
        errors = [{"parameter": "rows", "detail": detail, "code": "value_error"}]
        refusal.tell(Problem(422, "validation_failed", detail, errors=errors))
    return replace(read, problem=refusal.problem)


def _read(request: HttpRequest, body: type[Import], row: type[BaseModel], refusal: Refusal) -> Read[Import]:
    match request.content_type:
        case "text/csv":
            return _of_file({}, request.read, body, row, refusal)
        case "multipart/form-data":
            fields, reader = _form(request, refusal)
            return _of_file(fields, reader, body, row, refusal)
        case _:
            return Read(_body(body, _json(request, row, refusal), refusal))


def read_file(
    fields: Mapping[str, Any], read: Callable[[int], bytes], body: type[Import], row: type[BaseModel]
) -> Read[Import]:
    """A file that somebody chose on a page, by the same rules; `fields`: what was filled in beside it. Raises Problem
    where it is refused as a whole."""
    lend_connection()
    return _of_file(fields, read, body, row, Refusal())


def import_body(body: type[Body], row: type[BaseModel], *, example: str) -> dict[str, Any]:
    """The OpenAPI document's words on what `read_import` takes. `example`: CSV."""
    columns = ", ".join(name if field.is_required() else f"{name}?" for name, field in row.model_fields.items())
    told = f"A header row and up to {IMPORT_ROWS_MAX} rows with the columns {columns}."
    rows = {"type": "string", "description": told}
    schema = body.model_json_schema()
    form = {name: _in_form(field, schema["$defs"]) for name, field in schema["properties"].items() if name != "items"}
    upload = {
        "type": "object",
        "properties": {FILE: {**rows, "contentMediaType": "text/csv"}, **form},
        "required": [FILE],
        "additionalProperties": False,
    }
    content = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}},
        "text/csv": {"schema": {**rows, "minLength": 1}, "example": example},
        "multipart/form-data": {"schema": upload, "example": {FILE: example}},
    }
    return {"requestBody": {"required": True, "content": content}}


def _in_form(field: dict[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    """A form has no null: what is optional is left out. `named`: the schemas that others refer to."""
    if "anyOf" in field:
        return dict(field["anyOf"][0])
    rest = {name: value for name, value in field.items() if name != "$ref"}
    return {**named[field["$ref"].rpartition("/")[2]], **rest}


def _json(request: HttpRequest, row: type[BaseModel], refusal: Refusal) -> Any:
    """As many rows again are read where the body is refused later."""
    content = request.read()
    # A row's fields and the row itself are followed by a comma at most, and it has two brackets.
    marks_max = IMPORT_ROWS_MAX * (len(row.model_fields) + 2) + _MARKS_AROUND
    if has_more_marks(content, marks_max):
        detail = f"The body holds more than {IMPORT_ROWS_MAX} rows of what this call takes."
        too_many = Unreadable(422, "validation_failed", detail, errors=[at(["items"], detail)])
        refusal.tell(too_many)
        if has_more_marks(content, 2 * marks_max):
            raise too_many
    try:
        return from_json(content, allow_inf_nan=False) if content else None
    except ValueError as error:
        raise malformed_json(error) from error


def _form(request: HttpRequest, refusal: Refusal) -> tuple[dict[str, Any], Callable[[int], bytes]]:
    """Django keeps a large file on disk while the request lasts. A field that is no file may hold the rows too."""
    try:
        fields, files = request.POST.dict(), request.FILES
        given = [*(one.read for one in files.getlist(FILE)), *map(_reading, request.POST.getlist(FILE))]
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Unreadable(400, "malformed_form", f"The body is no form: {error}.") from error
    if odd := [*(name for name in files if name != FILE), *(name for name in fields if name == "items")]:
        refusal.tell(_not_one_file(odd[0]))
    if len(given) != 1:
        raise _not_one_file(FILE)
    return {name: value for name, value in fields.items() if name not in (FILE, "items")}, given[0]


def _reading(text: str) -> Callable[[int], bytes]:
    """Django puts a mark of its own in place of what it cannot decode."""
    if "\ufffd" in text:
        raise not_utf8(text[: text.index("\ufffd")].count("\n") + 1)
    return BytesIO(text.encode()).read


def _not_one_file(field: str) -> Unreadable:
    detail = f"A form has its rows in one field, `{FILE}`."
    return Unreadable(422, "validation_failed", detail, errors=[at([field], detail)])


def _of_file(
    fields: Mapping[str, Any],
    read: Callable[[int], bytes],
    body: type[Import],
    row: type[BaseModel],
    refusal: Refusal,
) -> Read[Import]:
    found = file_rows(text_lines(read), row, rows_max=IMPORT_ROWS_MAX, refusal=refusal)
    # A file in which no row can be read is none without rows.
    items = found.rows or [row.model_construct()] * bool(found.misread)
    checked = _body(body, {**fields, "items": items}, refusal)
    if isinstance(checked, Unjudged):
        return Read(replace(checked, given={**fields, "items": found.said()}), found)
    return Read(checked.model_copy(update={"items": found.rows}), found)


def _body(model: type[Import], given: Any, refusal: Refusal) -> Import | Unjudged:
    body: Import | Unjudged = judged_later(model, given)
    if isinstance(body, Unjudged):
        refusal.tell(body.problem)
    return body
