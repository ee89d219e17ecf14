"""The rows of a file as a call takes them. One that is not what the call takes is refused by itself, by its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel, ValidationError

from base.http.csv_rows import CsvRow, csv_rows
from base.http.wording import worded
from base.import_rows import ROWS_TOLD_MAX, RefusedRow

SHOWN_LENGTH_MAX = 64
_MISREAD = "validation_failed"


@dataclass(frozen=True, slots=True)
class FileRows:
    """`lines`: where each of the rows begins. `misread`: the first of those that cannot be read, as they are answered;
    `misread_count`: how many there are."""

    rows: Sequence[BaseModel]
    lines: Sequence[int]
    misread: Sequence[RefusedRow]
    misread_count: int

    @property
    def count(self) -> int:
        return len(self.rows) + self.misread_count


def file_rows(lines: Iterator[str], row: type[BaseModel], *, rows_max: int) -> FileRows:
    """One row more than `rows_max` is read, and no further."""
    rows: list[BaseModel] = []
    begins: list[int] = []
    misread: list[RefusedRow] = []
    misread_count = 0
    for one in islice(csv_rows(lines, row), rows_max + 1):
        match _read(one, row):
            case str(fault):
                misread_count += 1
                if misread_count <= ROWS_TOLD_MAX:
                    sku = _shown(one.values.get("sku"))
                    misread.append(RefusedRow(line=one.line, index=None, sku=sku, code=_MISREAD, detail=fault))
            case taken:
                rows.append(taken)
                begins.append(one.line)
    return FileRows(rows, begins, misread, misread_count)


def _shown(sku: str | None) -> str | None:
    """What PostgreSQL can store of it."""
    return sku and sku[:SHOWN_LENGTH_MAX].replace("\x00", "\ufffd")


def _read(one: CsvRow, row: type[BaseModel]) -> BaseModel | str:
    """What is wrong with it, if something is."""
    if one.fault:
        return one.fault
    try:
        return row.model_validate(one.values)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, found['loc']))}: {worded(found)}" for found in errors)
