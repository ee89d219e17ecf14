"""Every call of the OpenAPI document has examples: of its body, its parameters and its answers. They are true."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from orders.commands.core.roles import Role
from tests.support.shop.chain import Chain
from tests.support.shop.till import PREFIX, document


def calls() -> list[Any]:
    return [
        pytest.param(path, method, id=call["operationId"])
        for path, methods in document()["paths"].items()
        for method, call in methods.items()
    ]


def contents(call: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(where, media type, content) of the body and of each answer."""
    for media_type, content in call.get("requestBody", {}).get("content", {}).items():
        yield "body", media_type, content
    for status, answer in call["responses"].items():
        for media_type, content in answer["content"].items():
            yield str(status), media_type, content


def errors(schema: dict[str, Any], value: Any) -> list[str]:
    components = json.loads(json.dumps(document()["components"]))
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": components}, validate_formats=True)
    return [f"{error.message} at {error.instance_path}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize(("path", "method"), calls())
def test_examples_are_what_the_document_allows(path: str, method: str) -> None:
    call = document()["paths"][path][method]
    for where, media_type, content in contents(call):
        if "json" in media_type or "example" in content:
            assert not errors(content["schema"], content["example"]), f"{where} {media_type}"
    for parameter in call["parameters"]:
        if parameter["required"]:
            assert "example" in parameter or "examples" in parameter["schema"], parameter["name"]
        if "example" in parameter:
            assert not errors(parameter["schema"], parameter["example"]), parameter["name"]


def url_of(path: str, call: dict[str, Any]) -> str:
    given = {parameter["name"]: parameter for parameter in call["parameters"] if parameter["in"] == "path"}
    values = {name: one.get("example") or one["schema"]["examples"][0] for name, one in given.items()}
    return path.removeprefix(PREFIX).format(**values)


@pytest.mark.parametrize(("path", "method"), calls())
def test_bodies_of_examples_are_taken(path: str, method: str, chain: Chain) -> None:
    """They may name what this store does not have, but they are of the right shape."""
    call = document()["paths"][path][method]
    for media_type, content in call.get("requestBody", {}).get("content", {}).items():
        if media_type == "multipart/form-data":
            continue
        sent = content["example"].encode() if isinstance(content["example"], str) else content["example"]
        headers = {"Content-Type": media_type, "Idempotency-Key": media_type}
        answer = chain.tills[Role.BACKOFFICE].call(method.upper(), url_of(path, call), sent, **headers)
        known = answer.status < 400 or answer.code.endswith("_not_found")
        assert known or answer.code == "enrol_code_invalid", answer
