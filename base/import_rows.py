"""What an import answers of its rows: how many of them came to what, and the first of those that were refused."""

from collections.abc import Iterable, Sequence
from typing import Any

ROWS_TOLD_MAX = 100


def told(
    *, sku: str | None, code: str, detail: str, line: int | None = None, index: int | None = None
) -> dict[str, Any]:
    """A row that was refused, and where it is: in a file by its line, in JSON by its index."""
    return {"line": line, "index": index, "sku": sku, "status": "refused", "code": code, "detail": detail}


def place(index: int, lines: Sequence[int] | None) -> dict[str, int]:
    """Of the row that came as the `index`th of those that could be read."""
    return {"index": index} if lines is None else {"line": lines[index]}


def first_told(*rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order in which they stand in what was sent."""
    both = [row for some in rows for row in some]
    return sorted(both, key=lambda row: (row["line"] or 0, row["index"] or 0))[:ROWS_TOLD_MAX]
