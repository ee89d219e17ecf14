"""Field types of request bodies. Each has a limit that its column can hold, whatever is computed from it."""

import re
from datetime import UTC, date, datetime
from itertools import islice
from typing import Annotated, Any, ClassVar, TypeAlias, TypeGuard, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from base.codes import has_right_digits, plain
from base.http.problems import ERRORS_MAX

QUANTITY_MAX = 10**9
PRICE_MINOR_MAX = 2**53 - 1
AMOUNT_MINOR_MAX = 2**53 - 1
BIGINT_MAX = 2**63 - 1

# PostgreSQL cannot store NUL in text.
NO_NUL = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\s\x00][^\x00]*$"
GTIN = r"^([0-9]{8}|[0-9]{12,14})$"
CURRENCY = r"^[A-Z]{3}$"
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DIGITS = re.compile("0|[1-9][0-9]*")
PERCENT = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"


def _whole(value: Any) -> Any:
    """2.0 is an integer, as JSON Schema has it: some programs write every number that way."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _checked(gtin: str) -> str:
    if not has_right_digits(gtin):
        raise ValueError("the last digit does not fit the others: is one of them wrong?")
    return gtin


def is_id(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _written_out(value: Any) -> Any:
    """As RFC 9562 writes an id, in capitals too. Pydantic would take braces, `urn:uuid:` and none of the dashes: other
    names of one thing."""
    if isinstance(value, UUID) or is_id(value):
        return value
    raise ValueError("must be a UUID, as in 01a1fe16-acae-721c-a53e-11e4c5d1f0aa")


def _in_digits(value: Any) -> Any:
    """A number that names something, as it is told. Pydantic would take `+3`, `03`, `3.0`, `1_0` and blanks around."""
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("must be a whole number in digits, as in 417")
    return value


CODE = "code"
"""Marks text by which things are named."""

# Stands last: a limit after it would not be in the document.
WHOLE = BeforeValidator(_whole)
Text: TypeAlias = Annotated[str, Field(max_length=255, pattern=NO_NUL)]
PLAIN = BeforeValidator(plain)
DIGITS = BeforeValidator(_in_digits)
"""Of numbers in paths and queries, where they come as text. Stands last, as `WHOLE` does."""
Number: TypeAlias = Annotated[int, Field(ge=1, le=BIGINT_MAX), DIGITS]
Id: TypeAlias = Annotated[UUID, BeforeValidator(_written_out)]
Sku: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["TEA-EARL-GREY"]), PLAIN, CODE
]
LocationCode: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["shop"]), PLAIN, CODE
]
TaxCode: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["standard"]), PLAIN, CODE
]
Unit: TypeAlias = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL, examples=["kg"]), PLAIN]
Reference: TypeAlias = Annotated[str, Field(max_length=200, pattern=NO_NUL, examples=["WEB-7031"]), PLAIN]
Reason: TypeAlias = Annotated[str, Field(max_length=500, pattern=NO_NUL, examples=["two jars were broken"])]
Why: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=500, pattern=NOT_BLANK, examples=["two jars were broken"])
]
"""A reason without which a thing is not done: blanks are none."""
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=200, pattern=NOT_BLANK, examples=["Earl Grey, 100 g"])]
Gtin: TypeAlias = Annotated[str, Field(pattern=GTIN, examples=["5012345678900"]), AfterValidator(_checked)]


def _shortest(percent: str) -> str:
    """Without zeros that say nothing: one percentage is one text."""
    whole, _, decimals = percent.partition(".")
    return ".".join(filter(None, (whole.lstrip("0") or "0", decimals.rstrip("0"))))


Percent: TypeAlias = Annotated[
    str,
    Field(strict=True, pattern=PERCENT, description="From 0 to 100, with at most 4 decimals.", examples=["8.875"]),
    AfterValidator(_shortest),
]
CurrencyCode: TypeAlias = Annotated[str, Field(pattern=CURRENCY, examples=["GBP"])]
Quantity: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=QUANTITY_MAX, examples=[2]), WHOLE]
PriceMinor: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=PRICE_MINOR_MAX, examples=[499]), WHOLE]
AmountMinor: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=AMOUNT_MINOR_MAX, examples=[998]), WHOLE]


def _rfc3339(value: Any) -> Any:
    """Pydantic would take a number for seconds since 1970, in digits too."""
    if isinstance(value, datetime) or (isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.", value)):
        return value
    raise ValueError("must be a date and time with an offset, as in 2026-11-21T10:30:00Z")


Instant: TypeAlias = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc3339),
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC), examples=["2026-11-21T10:29:58Z"]),
    AfterValidator(lambda instant: instant.astimezone(UTC)),
]


def _not_null(value: Any) -> Any:
    if value is None:
        raise ValueError("cannot be null; leave it out to keep what is there")
    return value


def _without_null(schema: dict[str, Any]) -> None:
    """What the document says of such a field: it may be left out, but is never null."""
    schema.pop("default", None)
    for branch in schema.pop("anyOf", ()):
        if branch.get("type") != "null":
            schema.update({**branch, **schema})


_Value = TypeVar("_Value")
Kept: TypeAlias = Annotated[_Value | None, BeforeValidator(_not_null), Field(json_schema_extra=_without_null)]
"""What may be left out, and is then kept as it is."""


def _iso_day(value: Any) -> Any:
    """Pydantic would take a number for seconds since 1970, and midnight for a day."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise ValueError("must be a day, as in 2026-11-21")


Day: TypeAlias = Annotated[date, BeforeValidator(_iso_day)]


class Body(BaseModel):
    """A request body or a part of one: unknown fields are refused. `apart_from`: in which fields two requests may
    differ, and be the same nevertheless."""

    apart_from: ClassVar[set[str]] = set()
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def tells_of_few_unknown_fields(cls, given: Any) -> Any:
        """Each would be an error of its own, and a mebibyte holds a hundred thousand."""
        if not isinstance(given, dict) or len(given) <= ERRORS_MAX:
            return given
        unknown = islice((name for name in given if name not in cls.model_fields), ERRORS_MAX + 1)
        return {name: given[name] for name in (*unknown, *cls.model_fields) if name in given}


class ReasonIn(Body):
    reason: Reason | None = None
