"""A client that knows nothing of Ringup but the address of its OpenAPI document, and a key."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import quote, urljoin

import jsonschema_rs
import urllib3

JSON = "application/json"
SETTLED_WITHIN_S = 90

Schema = Mapping[str, Any]

_pool = urllib3.PoolManager()
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is as the document promises it. `key`: the idempotency key that it was asked under."""

    status: int
    headers: Mapping[str, str]
    body: Any
    key: str | None


class Documented:
    """Calls are named by their operation ids, what is sent by the names of parameters and properties."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key

    @cached_property
    def document(self) -> Any:
        return json.loads(_pool.request("GET", self._url).data)

    def call(self, operation_id: str, **values: Any) -> Said:
        """What is neither named nor required is left out; what is required and not named is as in the examples."""
        method, path, call = self._operation(operation_id)
        named = {one["name"]: one for one in call["parameters"] if one["required"] or one["name"] in values}
        if "Idempotency-Key" in named:
            values.setdefault("Idempotency-Key", f"{named['Idempotency-Key']['example']}-{next(_numbers)}")
        given = {name: str(values.get(name, one.get("example"))) for name, one in named.items()}
        for name, one in named.items():
            if one["in"] == "path":
                path = path.replace(f"{{{name}}}", quote(given[name], safe=""))
        body = self._body(call, values)
        headers = {**self._authorization(call), **self._in("header", named, given), "Content-Type": JSON}
        answer = _pool.request(
            method.upper(),
            urljoin(self._url, path),
            fields=None if body is not None else self._in("query", named, given) or None,
            body=None if body is None else json.dumps(body),
            headers=headers,
            redirect=False,
            retries=False,
        )
        return self._checked(call, answer, values.get("Idempotency-Key"))

    def settled(self, operation_id: str, **values: Any) -> Any:
        """The command that the call submitted, once it is settled: its Location is followed."""
        said = self.call(operation_id, **values)
        location = said.headers["Location"]
        until = time.monotonic() + SETTLED_WITHIN_S
        while said.body["state"] == "pending":
            assert time.monotonic() < until, said
            said = self._follow(location)
        return said.body

    def _follow(self, location: str) -> Said:
        """By the path template that it is an instance of; with the header that the document has for waiting."""
        for template, methods in self.document["paths"].items():
            *parents, name = template.split("/")
            if location.split("/")[:-1] == parents and name.startswith("{") and "get" in methods:
                call = methods["get"]
                waiting = {one["name"]: one["example"] for one in call["parameters"] if one["name"] == "Prefer"}
                return self.call(call["operationId"], **{name.strip("{}"): location.rpartition("/")[2]}, **waiting)
        raise AssertionError(f"nothing in the document is at {location}")

    def _operation(self, operation_id: str) -> tuple[str, str, Any]:
        for path, methods in self.document["paths"].items():
            for method, call in methods.items():
                if call["operationId"] == operation_id:
                    return method, path, call
        raise AssertionError(f"the document has no {operation_id}")

    def _authorization(self, call: Any) -> dict[str, str]:
        ((name, _),) = call["security"][0].items()
        scheme = self.document["components"]["securitySchemes"][name]
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        return {"Authorization": f"Bearer {self._key}"}

    def _in(self, where: str, named: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
        return {name: given[name] for name, one in named.items() if one["in"] == where}

    def _body(self, call: Any, values: Mapping[str, Any]) -> Any:
        if (content := call.get("requestBody")) is None:
            return None
        schema = content["content"][JSON]["schema"]
        body = self._built(schema, values, "")
        assert not self._errors(schema, body), (body, self._errors(schema, body))
        return body

    def _built(self, schema: Schema, values: Mapping[str, Any], name: str) -> Any:
        if name in values:
            return values[name]
        schema = self._resolved(schema)
        match schema:
            case {"properties": properties}:
                wanted = [one for one in properties if one in schema.get("required", ()) or one in values]
                return {one: self._built(properties[one], values, one) for one in wanted}
            case {"items": items}:
                return [self._built(items, values, "")]
            case {"examples": [example, *_]} | {"default": example} | {"enum": [example, *_]} | {"const": example}:
                return example
            case {"minimum": least}:
                return least
        raise AssertionError(f"the document does not tell what {name} may be: {schema}")

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema or "allOf" in schema:
            if "allOf" in schema:
                (schema,) = schema["allOf"]
                continue
            _, *way = schema["$ref"].split("/")
            found = self.document
            for step in way:
                found = found[step]
            schema = found
        return schema

    def _checked(self, call: Any, answer: urllib3.BaseHTTPResponse, key: str | None) -> Said:
        described = call["responses"].get(str(answer.status))
        assert described, f"{call['operationId']} answered {answer.status}, which is not documented: {answer.data!r}"
        content = described["content"][answer.headers["Content-Type"]]
        body = json.loads(answer.data)
        errors = list(self._errors(content["schema"], body))
        assert not errors, f"{call['operationId']}: {errors} in {body}"
        for name, header in described.get("headers", {}).items():
            assert name in answer.headers or not header.get("required"), f"{call['operationId']} answered no {name}"
        return Said(answer.status, answer.headers, body, key)

    def _errors(self, schema: Schema, value: Any) -> list[str]:
        whole = {**schema, "components": self.document["components"]}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return [f"{error.message} at {error.instance_path}" for error in validator.iter_errors(value)]

    def pages(self, operation_id: str) -> Iterator[Any]:
        """The items of a list, page by page."""
        cursor: dict[str, Any] = {}
        while cursor.get("cursor", "") is not None:
            page = self.call(operation_id, **cursor).body
            yield from page["items"]
            cursor = {"cursor": page["next_cursor"]}
