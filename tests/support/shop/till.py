"""A terminal that calls the API as ringup_client does, and holds every answer against the OpenAPI document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import httpx
import jsonschema_rs
from django.http import HttpResponse
from django.test import Client
from pydantic_core import to_json, to_jsonable_python

from project.api.api import api
from ringup_client.wire import Request
from tests.support.http.by_client import ANSWERS_WITHIN_S, ask

PREFIX = "/api/v1"
OF_THE_WIRE = frozenset({"Authorization", "Content-Type", "Accept"})
"""Who gives one of them tries what no client sends."""


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
        answer = (self._ask if is_a_clients(path, body, headers) else self._raw)(method, path, body, headers)
        check(method, path.partition("?")[0], answer)
        return answer

    def _ask(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        where, _, query = path.partition("?")
        request = Request(
            method=method,
            path=where,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            body=None if body is None else to_jsonable_python(body),
            headers=dict(headers),
            timeout_s=ANSWERS_WITHIN_S,
        )
        came = ask(self.client, request, key=self.key)
        return Answer(came.status, came.body, httpx.Headers(dict(came.headers)))

    def _raw(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        content = body if isinstance(body, bytes | Chunks) else b"" if body is None else to_json(body)
        headers.setdefault("Authorization", f"Bearer {self.key}")
        content_type = headers.pop("Content-Type", "application/json")
        response = self.client.generic(method, PREFIX + path, content, content_type=content_type, headers=headers)
        is_json = "json" in response.headers["Content-Type"]
        came = response.getvalue()  # of one that is streamed, too
        told = json.loads(came) if is_json else came.decode()
        return Answer(response.status_code, told, response.headers)

    def sell(self, *wanted: tuple[str, int], fulfilment: str = "immediate") -> UUID:
        """The id of a new order with a line for each (SKU, quantity)."""
        lines = [{"sku": sku, "quantity": quantity} for sku, quantity in wanted or [("TEA-80", 1)]]
        created = self.post("/orders", {"currency": "GBP", "fulfilment": fulfilment, "lines": lines})
        assert created.status == 201, created
        return UUID(created.body["id"])


def is_a_clients(path: str, body: Any, headers: Mapping[str, str]) -> bool:
    """Whether a client would send it so. Others try the wire: hostile bodies, addresses, headers."""
    is_plain = re.fullmatch(r"[\w/-]*(\?[\w=&.,:-]*)?", path, re.ASCII) is not None
    names = re.findall(r"[?&](\w+)=", path)
    return (
        is_plain
        and len(set(names)) == len(names)
        and not isinstance(body, bytes | Chunks)
        and OF_THE_WIRE.isdisjoint(headers)
        and all(value.isascii() and value.isprintable() for value in headers.values())
    )


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
