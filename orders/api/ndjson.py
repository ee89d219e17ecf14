"""JSON a line (application/x-ndjson): one line that is no JSON does not spoil the others."""

from typing import Any

from pydantic_core import from_json

from inventory.api.problems import Problem

NDJSON = "application/x-ndjson"


def parse_lines(content: bytes) -> list[Any]:
    """What each line holds that is not empty; a problem where it is no JSON."""
    return [_parsed(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]


def _parsed(number: int, line: bytes) -> Any:
    try:
        return from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return Problem(400, "malformed_json", f"Line {number} is not JSON: {error}.")
