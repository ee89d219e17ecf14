"""The document is what OpenAPI 3.1 allows, by its own schema and by JSON Schema's."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator

from project.api.api import document

CONTENT, _ = document()
DOCUMENT: dict[str, Any] = json.loads(CONTENT)


def test_it_is_valid() -> None:
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()
    ]
    assert errors == []


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(part)


def test_examples_outside_of_schemas_are_objects_with_a_value() -> None:
    """A schema has a list of them; parameters, headers and bodies have them by name."""
    with_examples = [node for node in nodes(DOCUMENT) if "schema" in node and "examples" in node]
    assert with_examples
    for node in with_examples:
        assert all("value" in example for example in node["examples"].values())
        assert "example" not in node


def test_examples_are_what_their_schemas_allow() -> None:
    for node in nodes(DOCUMENT):
        if "schema" in node:
            schema = {**node["schema"], "components": DOCUMENT["components"]}
            allows = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            for example in node.get("examples", {}).values():
                allows.validate(example["value"])


def test_limits_stand_in_the_document() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    bulk = DOCUMENT["paths"]["/api/v1/commands"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert bulk["maxItems"] == 500
    assert schemas["LookupIn"]["properties"]["keys"]["maxItems"] == 500
    assert schemas["ProblemOut"]["properties"]["errors"]["maxItems"] == 100
    for name in ("ImportIn", "ProductsIn"):
        assert schemas[name]["properties"]["items"]["maxItems"] == 50_000
    for name in ("OrderIn", "LinesIn", "ReturnIn"):
        assert schemas[name]["properties"]["lines"]["maxItems"] == 5_000
    for name in ("ReceiveIn", "AdjustIn", "CountIn", "TransferIn", "HoldIn", "CheckAvailableIn"):
        assert schemas[name]["properties"]["items"]["maxItems"] == 5_000
    assert schemas["FulfillIn"]["properties"]["lines"]["anyOf"][0]["maxItems"] == 5_000
