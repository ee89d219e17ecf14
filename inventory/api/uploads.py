"""Imports: many rows as JSON, as CSV, or as CSV in a form's file, up to 32 MiB. They all come to the same body."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from inventory.api.csv_rows import csv_rows
from inventory.api.fields import Body
from inventory.api.json_marks import has_more_marks
from inventory.api.problems import Problem, at, malformed_json
from inventory.api.rows import IMPORT_ROWS_MAX
from inventory.api.validation import invalid_body

BODY_BYTES_MAX = 32 * 1024 * 1024
FILE = "file"
_MARKS_AROUND = 100
"""Of a body, those that are not its rows'."""

Import = TypeVar("Import", bound=Body)


def read_import(request: HttpRequest, body: type[Import], row: type[BaseModel]) -> Import:
    """`body`: has `items`, each a `row`. A row of the wrong shape refuses them all, and is named by its number."""
    lines: Sequence[int] = ()
    match request.content_type:
        case "text/csv":
            given, lines = _with_rows({}, request, row)
        case "multipart/form-data":
            given, lines = _form(request, row)
        case _:
            given = _json(request, row)
    try:
        return body.model_validate(given)
    except ValidationError as error:
        raise _misshapen(error, lines) from error


def import_body(body: type[Body], row: type[BaseModel], *, example: str) -> dict[str, Any]:
    """The OpenAPI document's words on what `read_import` takes. `example`: CSV."""
    columns = ", ".join(name if field.is_required() else f"{name}?" for name, field in row.model_fields.items())
    told = f"A header row and up to {IMPORT_ROWS_MAX} rows with the columns {columns}."
    rows = {"type": "string", "description": told}
    fields = {name: field for name, field in body.model_json_schema()["properties"].items() if name != "items"}
    # A form has no null: what is optional is left out.
    form = {name: field["anyOf"][0] for name, field in fields.items()}
    upload = {
        "type": "object",
        "properties": {FILE: {**rows, "contentMediaType": "text/csv"}, **form},
        "required": [FILE],
        "additionalProperties": False,
    }
    content = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}},
        "text/csv": {"schema": rows, "example": example},
        "multipart/form-data": {"schema": upload, "example": {FILE: example}},
    }
    return {"requestBody": {"required": True, "content": content}}


def _json(request: HttpRequest, row: type[BaseModel]) -> Any:
    content = request.read()
    # A row's fields and the row itself are followed by a comma at most, and it has two brackets.
    if has_more_marks(content, IMPORT_ROWS_MAX * (len(row.model_fields) + 2) + _MARKS_AROUND):
        detail = f"The body holds more than {IMPORT_ROWS_MAX} rows of what this call takes."
        raise Problem(422, "validation_failed", detail, errors=[at(["items"], detail)])
    try:
        return from_json(content, allow_inf_nan=False) if content else None
    except ValueError as error:
        raise malformed_json(error) from error


def _form(request: HttpRequest, row: type[BaseModel]) -> tuple[dict[str, Any], Sequence[int]]:
    """Django keeps a large file on disk while the request lasts. A field that is no file may hold the rows too."""
    try:
        fields, files = request.POST.dict(), request.FILES
        given: list[Iterable[bytes]] = [*files.getlist(FILE), *map(_lines, request.POST.getlist(FILE))]
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Problem(400, "malformed_form", f"The body is no form: {error}.") from error
    if odd := [*(name for name in files if name != FILE), *(name for name in fields if name == "items")]:
        raise _not_one_file(odd[0])
    if len(given) != 1:
        raise _not_one_file(FILE)
    return _with_rows({name: value for name, value in fields.items() if name != FILE}, given[0], row)


def _lines(text: str) -> Iterable[bytes]:
    return text.encode().splitlines(keepends=True)


def _not_one_file(field: str) -> Problem:
    detail = f"A form has its rows in one field, `{FILE}`."
    return Problem(422, "validation_failed", detail, errors=[at([field], detail)])


def _with_rows(
    fields: Mapping[str, Any], content: Iterable[bytes], row: type[BaseModel]
) -> tuple[dict[str, Any], Sequence[int]]:
    found = csv_rows(content, row, rows_max=IMPORT_ROWS_MAX)
    return {**fields, "items": found.rows}, found.lines


def _misshapen(error: ValidationError, lines: Sequence[int]) -> Problem:
    """`lines`: of a file, where each row begins."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return invalid_body({**one, "msg": _told(one, lines)} for one in found)


def _told(error: Mapping[str, Any], lines: Sequence[int]) -> str:
    match error["loc"]:
        case ("items", int(index), *_) if index < len(lines):
            return f"Line {lines[index]}: {error['msg']}"
    return str(error["msg"])
