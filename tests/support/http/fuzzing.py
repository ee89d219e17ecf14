"""What Schemathesis does not know by itself (schemathesis.toml names this module)."""

from typing import Any

import schemathesis
from pydantic_core import to_json

JSON = "application/json"


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else to_json(value)


@schemathesis.check
def what_the_document_allows_is_well_formed(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """It may still name what is not there. Rules between fields, rows of a file, cursors, limits of time and a store's
    coins, which another call may have set, are beyond JSON Schema."""
    is_allowed = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_allowed or response.status_code != 422 or (case.body and case.media_type != JSON):
        return
    problem = response.json()
    if problem["code"] == "validation_failed":
        beyond = [
            error
            for error in problem["errors"]
            if error.get("code") in ("value_error", "not_a_multiple")
            or error.get("parameter") in ("cursor", "after")
            or error["detail"].startswith("must be a moment of the years")
        ]
        assert problem["errors"] == beyond, f"refused for its shape: {problem}"
