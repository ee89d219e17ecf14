"""What an import answers of its rows: how many of them came to what, and the first of those that were refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROWS_TOLD_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """Where it is, in a file by its line and in JSON by its index, and why it was refused."""

    line: int | None
    index: int | None
    sku: str | None
    code: str
    detail: str

    def as_json(self) -> dict[str, str | int | None]:
        return {
            "line": self.line,
            "index": self.index,
            "sku": self.sku,
            "status": "refused",
            "code": self.code,
            "detail": self.detail,
        }


def refused_row(index: int, lines: Sequence[int] | None, *, sku: str, code: str, detail: str) -> RefusedRow:
    """Of the row that came as the `index`th of those that could be read. `lines`: of the file, where there was one."""
    if lines is None:
        return RefusedRow(line=None, index=index, sku=sku, code=code, detail=detail)
    return RefusedRow(line=lines[index], index=None, sku=sku, code=code, detail=detail)


def first_told(*rows: Iterable[RefusedRow]) -> list[RefusedRow]:
    """In the order in which they stand in what was sent."""
    both = [row for some in rows for row in some]
    return sorted(both, key=lambda row: (row.line or 0, row.index or 0))[:ROWS_TOLD_MAX]
