"""Calls that change what they name, and leave the rest as it is."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from base.http.problems import Problem, at
from inventory.core.products import Refused


def named(body: BaseModel) -> Mapping[str, Any]:
    """What is there, null too."""
    return {field: getattr(body, field) for field in body.model_fields_set}


def refused_edit(why: Refused) -> Problem:
    """What the catalogue has already, or lacks, no schema of a body can tell."""
    code = "value_error" if why.code == "validation_failed" else why.code
    return Problem(422, why.code, why.detail, errors=[at([why.field], why.detail, code)])
