"""CSV as spreadsheets write it, as the rows that a JSON body would hold. Read line by line, never as a whole.

By the standard library's reader: it stops at the row that is wrong and knows where it stands, and a table library would
hold the file and guess at numbers.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from base.http.fields import CODE
from base.http.files.csv_text import not_utf8
from base.http.problems import Unreadable, at
from base.http.refusal import Refusal

SEPARATORS = ",;\t"
CELL_LENGTH_MAX = 100_000
_OTHER_COLUMNS_MAX = 5
"""So many that the call does not take are read, to compare a file with what its key came with."""
csv.field_size_limit(CELL_LENGTH_MAX)

_WHOLE = re.compile(r"([+-]?[0-9]{1,20})(?:\.(?!0{3}$)0{1,20})?")
_FIGURE = re.compile(r"[+-]?[0-9]{1,20}(?:[.,][0-9]{1,20}){1,7}")
_THOUSANDS = re.compile(r".*[.,][0-9]{3}", re.DOTALL)
_FLAGS = {"true": True, "false": False}
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvRow:
    """`line`: where it begins in the file, from 1. `fault`: why it cannot be read, with the values that can."""

    line: int
    values: dict[str, Any]
    fault: str = ""


def csv_rows(lines: Iterator[str], row: type[BaseModel], refusal: Refusal | None = None) -> Iterator[CsvRow]:
    """`row`: what a row holds. `refusal`: of a header that is not the row's; without one it is refused at once. Rows
    without anything are passed over, and cells without anything right of the header.

    A first line `sep=;` says what separates; otherwise it is what separates the header. An empty cell is null, blanks
    around one are dropped, but for those around a code. What is no number stays text, for the row's model to refuse;
    a figure that people of one country read as thousands and those of another as a fraction is refused here.
    """
    before, header, separator = _header(lines)
    table = csv.reader(chain([header], lines), delimiter=separator, strict=True)
    line = max(1, before + bool(header))
    columns = _columns(_cells(table, before), row, line, refusal or Refusal())
    while True:
        begins = before + table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            fault = _fault(error, begins)
            yield from (CsvRow(line, {}, fault) for line in range(begins, before + table.line_num + 1))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(begins, cells, columns)


def _header(lines: Iterator[str]) -> tuple[int, str, str]:
    """How many lines are before it, the line itself, and what separates."""
    separator, number = "", 0
    for number, line in enumerate(lines, 1):
        if "\x00" in line:
            raise not_utf8(number)
        if number == 1 and (told := _SEP.fullmatch(line)):
            separator = told[1]
            if separator not in SEPARATORS:
                raise _misshapen(1, f"cells are separated by comma, semicolon or tab, not by {separator!r}")
        elif line.strip(f'{SEPARATORS}" \r\n'):
            return number - 1, line, separator or max(SEPARATORS, key=line.count)
    return number, "", separator or ","


def _cells(table: Any, before: int) -> list[str]:
    try:
        return next(table, [])
    except csv.Error as error:
        raise _malformed(before + 1, error) from error


def _fault(error: csv.Error, begins: int) -> str:
    """A stray quote is its row's own matter. A cell without end has taken rows with it, nobody knows how many."""
    if "expected after" not in str(error):
        raise _malformed(begins, error) from error
    return "a quote stands within a cell; it is written twice there, and the cell within quotes"


def _malformed(line: int, error: csv.Error) -> Unreadable:
    detail = (
        f"In line {line} begins a cell that does not end within {CELL_LENGTH_MAX} characters, or at all: {error}."
        " Is there a quote too many?"
    )
    return Unreadable(400, "malformed_csv", detail)


Column = tuple[str, Callable[[str], Any]]
"""A field's name, and what its cells are read with."""


def _columns(header: Sequence[str], row: type[BaseModel], line: int, refusal: Refusal) -> list[Column]:
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:
        names.pop()
    fields = row.model_fields
    if fault := _header_fault(names, header, fields):
        problem = _misshapen(line, fault)
        if len(names) > len(fields) + _OTHER_COLUMNS_MAX:
            raise problem
        refusal.tell(problem)
    return [(name, _reader(fields[name]) if name in fields else str.strip) for name in names]


def _header_fault(names: Sequence[str], header: Sequence[str], fields: Mapping[str, FieldInfo]) -> str:
    for name, given in zip(names, header, strict=False):
        if name not in fields:
            return f"there is no column {given.strip()!r}; the columns are {', '.join(fields)}"
        if names.count(name) > 1:
            return f"the column {name} comes twice"
    missing = (name for name, field in fields.items() if field.is_required() and name not in names)
    return next((f"the column {name} is missing" for name in missing), "")


def _row(line: int, cells: Sequence[str], columns: Sequence[Column]) -> CsvRow:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        return CsvRow(line, {}, f"it has {len(cells)} cells, but the header names {len(columns)} columns")
    read = {name: reader(cell) if cell.strip() else None for (name, reader), cell in zip(columns, cells, strict=False)}
    named = zip(columns, cells, strict=False)
    faults = (f"{name}: {fault}" for (name, reader), cell in named if reader is _whole and (fault := _unclear(cell)))
    return CsvRow(line, read, "; ".join(faults))


def _reader(field: FieldInfo) -> Callable[[str], Any]:
    types = [*_types_in(field.annotation), *field.metadata]
    return _flag if bool in types else _whole if int in types else str if CODE in types else str.strip


def _types_in(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _types_in(inner)


def _whole(cell: str) -> int | str:
    number = _WHOLE.fullmatch(cell.strip())
    return int(number[1]) if number else cell


def _unclear(cell: str) -> str:
    """Why the figure may mean one number or another, if it may."""
    figure = cell.strip()
    if not _FIGURE.fullmatch(figure):
        return ""
    if _THOUSANDS.fullmatch(figure):
        return f"{figure} may mean thousands or a fraction; write the whole number in digits alone"
    if "," in figure:
        return f"{figure} has a comma; write the whole number in digits alone"
    return ""


def _flag(cell: str) -> bool | str:
    return _FLAGS.get(cell.strip().lower(), cell)


def _misshapen(line: int, detail: str) -> Unreadable:
    errors = [at(["items"], f"Line {line}: {detail}.")]
    return Unreadable(422, "validation_failed", "The file is not what this call takes.", errors=errors)
