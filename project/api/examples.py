"""Examples for the OpenAPI document, put together from those that the fields have."""

from collections.abc import Mapping
from typing import Any

_FORMATS = {"uuid": "01a1fe16-b04f-7368-875e-8b5f8e661d65", "date": "2026-11-21", "date-time": "2026-11-21T10:30:00Z"}
_USUAL = {"string": "text", "integer": 0, "number": 0.0, "boolean": False}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], *, whole: bool) -> Any:
    """One value that the schema allows. `whole`: with the optional properties too, as answers have them."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, whole=whole)
    if choices := [schema["const"]] if "const" in schema else schema.get("enum"):
        return choices[0]
    if branches := schema.get("anyOf", schema.get("oneOf", schema.get("allOf"))):
        # What nothing is shown of may as well be null.
        is_shown = "examples" in branches[0] or {"type": "null"} not in branches
        return example_of(branches[0], schemas, whole=whole) if is_shown else None
    match schema.get("type"):
        case "object":
            properties: Mapping[str, Any] = schema.get("properties", {})
            shown = [key for key in properties if whole or key in schema.get("required", ())]
            return {key: example_of(properties[key], schemas, whole=whole) for key in shown}
        case "array":
            return [example_of(schema["items"], schemas, whole=whole)]
    return _FORMATS.get(schema.get("format", ""), schema.get("minimum", _USUAL.get(schema.get("type", ""))))
