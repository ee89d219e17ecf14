"""A wrong value is told in the product's words, whichever error pydantic has for it; a place is told beside them."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticKnownError
from pydantic_core.core_schema import ErrorType

from base.http.fields import Body, CurrencyCode, Gtin, Id, Instant, Kept, Percent, Quantity, Reason, Sku
from base.http.rows import Rows
from base.http.wording import _ANY, _WORDS, worded
from project.api.api import api

CONTEXT: dict[str, Any] = {
    "gt": 1,
    "ge": 1,
    "lt": 1,
    "le": 1,
    "multiple_of": 2,
    "field_type": "List",
    "min_length": 1,
    "max_length": 1,
    "actual_length": 2,
    "pattern": "^a$",
    "expected": "'a'",
    "expected_tags": "'a'",
    "discriminator": "'kind'",
    "tag": "b",
    "error": ValueError("the last digit does not fit"),
}
# What the fields of a call can be.
TYPES = "string int bool float enum literal union list dict model uuid datetime date time timezone value greater less"
BAD: list[Any] = [
    *(None, True, "true?", 0, -1, 1.5, 10**30, float("nan"), "", "x" * 600, "a\x00b", "\ud800", b"x"),
    *("2026-13-01", "2026-11-21", "2026-11-21T10:30:00", "2026-11-21T10:30:00Z", "1066-10-14T09:00:00Z", "25:61"),
    *([], [1], [{}], ["x"] * 51, {}, {"x": 1}, {1: 2}),
]


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Red(Body):
    colour: Literal[Colour.RED]


class Green(Body):
    colour: Literal[Colour.GREEN]


Coloured = Annotated[Red | Green, Field(discriminator="colour")]


class ItemKept(Body):
    name: Kept[str] = None


class Item(Body):
    quantity: Quantity


CASES = [
    (Quantity, "many", "must be a whole number"),
    (Quantity, 0, "must be 1 or more"),
    (Quantity, 10**12, "must be 1000000000 or less"),
    (Sku, "", "must have 1 character or more"),
    (Sku, "x" * 65, "must have 64 characters or fewer"),
    (Sku, 7, "must be text"),
    (Reason, "a\x00", "must not hold the character NUL"),
    (CurrencyCode, "gbp", "must be three capitals, as in GBP"),
    (Gtin, "5012345678901", "the last digit does not fit the others: is one of them wrong?"),
    (Gtin, "12", "must have 8, 12, 13 or 14 digits and nothing else"),
    (Percent, "101", "must be a number from 0 to 100 in quotes, with at most 4 decimals, as in 8.875"),
    (ItemKept, {"name": None}, "cannot be null; leave it out to keep what is there"),
    (Instant, "2026-11-21T10:30:00", "must be a date and time with an offset, as in 2026-11-21T10:30:00Z"),
    (Instant, "1066-10-14T09:00:00Z", "must be a moment of the years 1970 to 9998"),
    (Colour, "blue", "must be 'red' or 'green'"),
    (Coloured, {"colour": "blue"}, "must be one of 'red', 'green'"),
    (bool, "maybe", "must be true or false"),
    (Id, "{01a1fe16-acae-721c-a53e-11e4c5d1f0aa}", "must be a UUID, as in 01a1fe16-acae-721c-a53e-11e4c5d1f0aa"),
    (UUID, "7", "must be a UUID, as in 01a1fe16-acae-721c-a53e-11e4c5d1f0aa"),
    (Item, {}, "is missing"),
    (Item, {"quantity": 1, "colour": "red"}, "is not a field of this"),
    (Item, [], "must be an object"),
    (Rows[Item], [], "must have 1 item or more"),
    (Rows[Item], [{"quantity": 1}] * 5001, "must have 5000 items or fewer"),
    (Rows[Item], [{"quantity": 1}] * 200 + [{"quantity": 0}], "must be 1 or more"),
    (Rows[Item], {}, "must be a list"),
]


def told(annotation: Any, given: Any) -> list[Any]:
    try:
        TypeAdapter(annotation).validate_python(given)
    except ValidationError as error:
        return list(error.errors(include_url=False, include_input=False))
    return []


@pytest.mark.parametrize(("annotation", "given", "words"), CASES)
def test_a_wrong_value_is_told_in_words(annotation: Any, given: Any, words: str) -> None:
    assert [worded(error) for error in told(annotation, given)] == [words]


@pytest.mark.parametrize("type_", get_args(ErrorType))
def test_no_text_of_pydantics_gets_out(type_: Any) -> None:
    if type_ in ("value_error", "assertion_error"):
        error = {"type": type_, "msg": "Value error, the last digit does not fit", "ctx": CONTEXT}
    else:
        try:
            known = PydanticKnownError(type_, CONTEXT)
        except TypeError:
            known = None
        error = {"type": type_, "msg": known.message() if known else "", "ctx": CONTEXT}
    words = worded(error)
    assert words
    assert words != error["msg"]
    assert words[0].islower()
    if type_.partition("_")[0] in TYPES.split():
        assert type_ in _WORDS, type_


def bodies(of: type[BaseModel] = Body) -> Iterator[type[BaseModel]]:
    assert api.urls_namespace
    for model in of.__subclasses__():
        yield model
        yield from bodies(model)


def test_whatever_is_sent_to_a_field_is_told_in_words() -> None:
    """Of every body that a call takes, each field."""
    found = set()
    for model in bodies():
        for name, field in model.model_fields.items():
            annotation: Any = Annotated[field.annotation, *field.metadata, None]
            for given in BAD:
                for error in told(annotation, given):
                    found.add(error["type"])
                    assert worded(error) not in (error["msg"], _ANY), (model, name, given, error)
    assert {"int_type", "string_type", "enum", "too_long", "value_error"} <= found
