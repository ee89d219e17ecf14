"""A terminal that calls the API, and holds every answer against the OpenAPI document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import jsonschema_rs
from django.http import HttpResponse
from django.test import Client
from pydantic_core import to_json

from project.api.api import api

PREFIX = "/api/v1"


class Chunks(list[bytes]):
    """A body that is sent in these chunks, without its length."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """Of a problem."""
        code: str = self.body["code"]
        return code

    @property
    def pointers(self) -> list[str]:
        return [error["pointer"] for error in self.body["errors"]]


@dataclass(frozen=True, slots=True)
class Till:
    """`documented`: whether the calls are calls of the document, or break its rules beyond what it describes."""

    key: str
    client: Any = field(default_factory=Client)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, wait: int = 0, **headers: str) -> Answer:
        """`key`: the idempotency key; `wait`: seconds to prefer to wait."""
        if key is not None:
            headers["Idempotency-Key"] = key
        if wait:
            headers["Prefer"] = f"wait={wait}"
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.call("PUT", path, body)

    def call(self, method: str, path: str, body: Any, **headers: str) -> Answer:
        content = body if isinstance(body, bytes | Chunks) else b"" if body is None else to_json(body)
        headers.setdefault("Authorization", f"Bearer {self.key}")
        content_type = headers.pop("Content-Type", "application/json")
        response = self.client.generic(method, PREFIX + path, content, content_type=content_type, headers=headers)
        is_json = "json" in response.headers["Content-Type"]
        told = json.loads(response.content) if is_json else response.content.decode()
        answer = Answer(response.status_code, told, response.headers)
        check(method, path.partition("?")[0], answer)
        return answer

    def sell(self, *wanted: tuple[str, int], fulfilment: str = "immediate") -> UUID:
        """The id of a new order with a line for each (SKU, quantity)."""
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in wanted or [("TEA-80", 1)]]
        created = self.post("/orders", {"currency": "GBP", "fulfilment": fulfilment, "lines": lines})
        assert created.status == 201, created
        return UUID(created.body["id"])


def check(method: str, path: str, answer: Answer) -> None:
    """The answer is one that the document promises for the call, in status, type and shape."""
    if (described := _described(method, path)) is None:
        assert answer.status in (404, 405), answer
        schema = {"$ref": "#/components/schemas/ProblemOut"}
        assert answer.headers["Content-Type"] == "application/problem+json", answer
    else:
        assert answer.status in described["responses"], f"undocumented: {method} {path} {answer}"
        expected_type, *_ = answer.headers["Content-Type"].split(";")
        assert expected_type in described["responses"][answer.status]["content"], answer
        schema = described["responses"][answer.status]["content"][expected_type]["schema"]
    for error in _validator(json.dumps(schema)).iter_errors(answer.body):
        raise AssertionError(f"{method} {path}: {error.message} at {error.instance_path} of {answer.body}")


@cache
def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix=f"{PREFIX.strip('/')}/"))


def _described(method: str, path: str) -> dict[str, Any] | None:
    for template, methods in document()["paths"].items():
        if (
            re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), PREFIX + path)
            and method.lower() in methods
        ):
            call: dict[str, Any] = methods[method.lower()]
            return call
    return None


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    components = json.loads(json.dumps(document()["components"]))
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": components})


def problem_of(response: HttpResponse) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(response.content)
    return found
