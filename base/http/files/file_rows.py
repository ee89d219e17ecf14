"""The rows of a file as a call takes them. One that is not what the call takes is refused by itself, by its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from operator import itemgetter
from typing import Any

from pydantic import BaseModel, ValidationError

from base.http.files.csv_rows import CsvRow, csv_rows
from base.http.problems import Unreadable, at
from base.http.refusal import Refusal
from base.http.wording import worded
from base.import_rows import ROWS_TOLD_MAX, RefusedRow

SHOWN_LENGTH_MAX = 64
_MISREAD = "validation_failed"


@dataclass(frozen=True, slots=True)
class FileRows:
    """`lines`: where each of the rows begins. `misread`: the first of those that cannot be read, as they are answered;
    `misread_count`: how many there are. `unfit`: where a row begins that could be read and has not the shape, with what
    it says, kept to compare the file with what its key came with."""

    rows: Sequence[BaseModel]
    lines: Sequence[int]
    misread: Sequence[RefusedRow]
    misread_count: int
    unfit: Sequence[tuple[int, dict[str, Any]]] = ()

    @property
    def count(self) -> int:
        return len(self.rows) + self.misread_count

    def said(self) -> list[dict[str, Any]]:
        """The rows as they were sent."""
        return [row.model_dump(mode="json", exclude_unset=True) for row in self.rows]

    def as_if_fit(self) -> "tuple[FileRows, list[dict[str, Any]]]":
        """As rules would have read it that take the unfit rows too, with the rows as they were sent."""
        unfit = {line for line, _ in self.unfit}
        said = list(merge(zip(self.lines, self.said(), strict=True), self.unfit, key=itemgetter(0)))
        misread = [one for one in self.misread if one.line not in unfit]
        count = self.misread_count - len(self.unfit)
        file = replace(self, lines=[line for line, _ in said], misread=misread, misread_count=count, unfit=())
        return file, [values for _, values in said]


def file_rows(lines: Iterator[str], row: type[BaseModel], *, rows_max: int, refusal: Refusal | None = None) -> FileRows:
    """One row more than `rows_max` is read, and no further; as many again where the file is refused later."""
    detail = f"An import has at most {rows_max} rows."
    too_many = Unreadable(422, "validation_failed", detail, errors=[at(["items"], detail)])
    refusal = refusal or Refusal()
    unfit: list[tuple[int, dict[str, Any]]] = []
    rows: list[BaseModel] = []
    begins: list[int] = []
    misread: list[RefusedRow] = []
    misread_count = 0
    for number, one in enumerate(csv_rows(lines, row, refusal)):
        if number == rows_max:
            refusal.tell(too_many)
        if number == 2 * rows_max:
            raise too_many
        match _read(one, row):
            case str(fault):
                misread_count += 1
                if not one.fault and refusal.is_later():
                    unfit.append((one.line, one.values))
                if misread_count <= ROWS_TOLD_MAX:
                    sku = _shown(one.values.get("sku"))
                    misread.append(RefusedRow(line=one.line, index=None, sku=sku, code=_MISREAD, detail=fault))
            case taken:
                rows.append(taken)
                begins.append(one.line)
    return FileRows(rows, begins, misread, misread_count, unfit)


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
