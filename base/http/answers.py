"""Answers as JSON. The read that made them shaped them, so nothing is validated a second time."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from pydantic_core import to_json


def answer(content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(to_json(content), status=status, content_type="application/json", headers=headers)
