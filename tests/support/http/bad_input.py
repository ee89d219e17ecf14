"""Every field of a body, and what it cannot be: found by walking the body's schema beside an example of it."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

import jsonschema_rs

from tests.support.shop.till import document

Schema: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]

MISSING = object()
UNKNOWN = "no_such_field"
SAMPLES: dict[str, tuple[Any, ...]] = {
    "null": (None,),
    "boolean": (True,),
    "string": ("", "text", "5", "null", "a\x00b", "x" * 300, "\U0001f375" * 300, "\u202e", "2026-13-45T99:00:00Z"),
    "integer": (-1, 0, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400),
    "number": (1.5, -0.5, 1e308),
    "array": ([], [None], [[]]),
    "object": ({}, {"": None}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """Where it is in the body, and what the document says it may be."""

    path: Path
    schema: Schema

    @property
    def pointer(self) -> str:
        return "#" + "".join(f"/{step}" for step in self.path)


@dataclass(frozen=True, slots=True)
class Bad:
    """A body with one fault, and the pointer to it."""

    body: Any
    pointer: str
    value: Any


def fields_of(schema: Schema, example: Any, path: Path = ()) -> Iterator[Field]:
    """Every property, and those of what the example shows in it: objects, and the first items of lists."""
    schema = resolved(schema)
    if path:
        yield Field(path, schema)
    if isinstance(example, dict):
        for name, one in schema["properties"].items():
            yield from fields_of(one, example.get(name), (*path, name))
    elif isinstance(example, list):
        yield from fields_of(schema["items"], example[0], (*path, 0))


def bad_bodies(schema: Schema, example: Any) -> Iterator[Bad]:
    """The example with one thing wrong, for everything that can be wrong with any of its fields."""
    is_allowed = validator(schema)
    for field in fields_of(schema, example):
        for value in values_for(field):
            body = changed(example, field.path, value)
            if not is_allowed(body):
                yield Bad(body, field.pointer, value)
        if isinstance(shown(example, field.path), dict):
            yield Bad(changed(example, (*field.path, UNKNOWN), 1), f"{field.pointer}/{UNKNOWN}", "an unknown field")
    yield Bad({**example, UNKNOWN: 1}, f"#/{UNKNOWN}", "an unknown field")


def values_for(field: Field) -> Iterator[Any]:
    """Of its own type much that it may not be, of each other type one value."""
    if isinstance(field.path[-1], str):
        yield MISSING
    for name, samples in SAMPLES.items():
        yield from samples if name == field.schema.get("type") else samples[:1]
    if "maxItems" in field.schema:
        yield [{}] * (field.schema["maxItems"] + 1)
    for limit, step in (("minimum", -1), ("maximum", 1)):
        if limit in field.schema:
            yield field.schema[limit] + step


def resolved(schema: Schema) -> Schema:
    """Without references, and of a field that may be null what else it may be."""
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "allOf" in schema:
        return resolved(schema["allOf"][0])
    if "anyOf" in schema:
        return resolved(next(branch for branch in schema["anyOf"] if branch.get("type") != "null"))
    return schema


def validator(schema: Schema) -> Callable[[Any], bool]:
    whole = {**schema, "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True).is_valid


def shown(example: Any, path: Path) -> Any:
    for step in path:
        example = example[step] if isinstance(step, int) else example.get(step)
    return example


def changed(body: Any, path: Path, value: Any) -> Any:
    """A copy with another value at the path, or without it."""
    copy = deepcopy(body)
    *parents, last = path
    place = copy
    for step in parents:
        place = place[step]
    if value is MISSING:
        place.pop(last, None)
    else:
        place[last] = value
    return copy
