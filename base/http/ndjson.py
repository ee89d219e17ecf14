"""JSON a line (application/x-ndjson): one line that is no JSON does not spoil the others."""

from io import BytesIO
from itertools import islice
from typing import Any

from pydantic_core import from_json

from base.http.problems import Problem

NDJSON = "application/x-ndjson"


def lines_of(content: bytes, *, most: int) -> list[tuple[int, bytes]]:
    """The lines that are not empty, each with its number; of more than `most`, one more than that."""
    lines = ((number, line) for number, line in enumerate(BytesIO(content), start=1) if line.strip())
    return list(islice(lines, most + 1))


def parse_lines(lines: list[tuple[int, bytes]]) -> list[Any]:
    """What each line holds; a problem where it is no JSON."""
    return [_parsed(number, line) for number, line in lines]


def _parsed(number: int, line: bytes) -> Any:
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return Problem(400, "malformed_json", f"Line {number} is not JSON: {error}.")
