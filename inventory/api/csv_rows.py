"""CSV with a header row as the rows that a JSON body would hold. Read line by line, never as a whole."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

from pydantic import BaseModel

from inventory.api.problems import Problem, at

_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class CsvRows:
    """`lines`: where each row begins, counted from 1."""

    rows: Sequence[Mapping[str, Any]]
    lines: Sequence[int]


def csv_rows(content: Iterable[bytes], row: type[BaseModel], *, rows_max: int) -> CsvRows:
    """`content`: lines of UTF-8. `row`: what a row holds. One row more than `rows_max` is read, and no further.

    Excel writes semicolons where the comma is for decimals: what the header uses separates. An empty cell is a field
    that is not there. What is no number stays text, and is for the row's validation to refuse.
    """
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    try:
        decoded = codecs.iterdecode(content, "utf-8-sig")
        header = next(decoded, "")
        reader = csv.reader([header], delimiter=_separator(header), strict=True)
        readers = _readers(next(reader, []), row)
        body = csv.reader(decoded, delimiter=_separator(header), strict=True)
        for line, cells in islice(_numbered(body), rows_max + 1):
            if len(cells) != len(readers):
                raise _misshapen(
                    ["items", len(rows)], line, f"{len(cells)} fields, but the header names {len(readers)}"
                )
            cast = ((name, read, cell) for (name, read), cell in zip(readers, cells, strict=True))
            rows.append({name: read(cell) for name, read, cell in cast if cell})
            lines.append(line)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Problem(400, "malformed_csv", f"The rows are not CSV in UTF-8: {error}.") from error
    return CsvRows(rows, lines)


def _separator(header: str) -> str:
    return ";" if ";" in header and "," not in header else ","


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line each begins on; the header was line 1."""
    begins = 2
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 2


def _readers(header: Sequence[str], row: type[BaseModel]) -> list[tuple[str, Callable[[str], Any]]]:
    """Each column's field, and what its cells are read with."""
    names = [name.strip() for name in header]
    fields = row.model_fields
    for name in names:
        if name not in fields:
            raise _misshapen(["items"], 1, f"there is no column {name!r}; the columns are {', '.join(fields)}")
        if names.count(name) > 1:
            raise _misshapen(["items"], 1, f"the column {name} comes twice")
    for name, field in fields.items():
        if field.is_required() and name not in names:
            raise _misshapen(["items"], 1, f"the column {name} is missing")
    return [(name, _reader(fields[name].annotation)) for name in names]


def _reader(annotation: Any) -> Callable[[str], Any]:
    types = {annotation, *get_args(annotation)}
    types |= {inner for one in types for inner in get_args(one)}
    return _flag if bool in types else _whole if int in types else str


def _whole(cell: str) -> int | str:
    return int(cell) if _WHOLE.fullmatch(cell.strip()) else cell


def _flag(cell: str) -> bool | str:
    return _FLAGS.get(cell.strip().lower(), cell)


def _misshapen(place: Sequence[str | int], line: int, detail: str) -> Problem:
    errors = [at(place, f"Line {line}: {detail}.")]
    return Problem(422, "validation_failed", "The rows are not what this call takes.", errors=errors)
