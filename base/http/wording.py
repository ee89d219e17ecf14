"""What is wrong with a value, in words for whoever writes a shop's programs: for each error that a field can raise.

Pydantic's own words never get out: what is not named here is told in general.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from base.http.fields import CURRENCY, GTIN, NO_NUL, NOT_BLANK, PERCENT

Context: TypeAlias = Mapping[str, Any]

_ANY = "is not what this call takes"
_WHOLE = "must be a whole number"
_NUMBER = "must be a number"
_BOOLEAN = "must be true or false"
_TEXT = "must be text"
_LIST = "must be a list"
_OBJECT = "must be an object"
_UUID = "must be a UUID, as in 01a1fe16-acae-721c-a53e-11e4c5d1f0aa"
_INSTANT = "must be a date and time with an offset, as in 2026-11-21T10:30:00Z"
_YEARS = "must be a moment of the years 1970 to 9998"
_DAY = "must be a day, as in 2026-11-21"
_TIME = "must be a time of day, as in 09:30"

_MEMBER = re.compile(r"<[^<>]*: ('[^']*')>")
_PATTERNS = {
    NO_NUL: "must not hold the character NUL",
    NOT_BLANK: "must say something: blanks are not enough",
    CURRENCY: "must be three capitals, as in GBP",
    GTIN: "must have 8, 12, 13 or 14 digits and nothing else",
    PERCENT: "must be a number from 0 to 100 in quotes, with at most 4 decimals, as in 8.875",
    r"^[\x20-\x7e]+$": "must be printable ASCII, and not empty",
}


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _at_least(one: str) -> Callable[[Context], str]:
    return lambda found: f"must have {_count(found['min_length'], one)} or more"


def _at_most(one: str) -> Callable[[Context], str]:
    return lambda found: f"must have {_count(found['max_length'], one)} or fewer"


def _bound(name: str, said: str) -> Callable[[Context], str]:
    """Of a moment pydantic gives the bound as Python's text; the same bounds are everywhere."""
    return lambda found: _YEARS if isinstance(found[name], str) else said.format(found[name])


_WORDS: dict[str, str | Callable[[Context], str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this",
    "none_required": "must be null",
    "string_type": _TEXT,
    "string_unicode": "must be text in valid Unicode",
    "string_too_short": _at_least("character"),
    "string_too_long": _at_most("character"),
    "string_pattern_mismatch": lambda found: _PATTERNS.get(
        found["pattern"], f"must match the regular expression {found['pattern']}"
    ),
    "string_not_ascii": "must be plain ASCII",
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "is a number with too many digits",
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": _bound("gt", "must be more than {}"),
    "greater_than_equal": _bound("ge", "must be {} or more"),
    "less_than": _bound("lt", "must be less than {}"),
    "less_than_equal": _bound("le", "must be {} or less"),
    "enum": lambda found: f"must be {found['expected']}",
    "literal_error": lambda found: f"must be {found['expected']}",
    "union_tag_not_found": "is missing",
    # Pydantic writes out members of an enumeration as Python does.
    "union_tag_invalid": lambda found: "must be one of " + _MEMBER.sub(r"\1", found["expected_tags"]),
    "list_type": _LIST,
    "too_short": _at_least("item"),
    "too_long": _at_most("item"),
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "invalid_key": "must have a name that is text",
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": "must be in the past",
    "datetime_future": "must be in the future",
    "timezone_naive": _INSTANT,
    "timezone_aware": _INSTANT,
    "timezone_offset": _INSTANT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "date_past": "must be in the past",
    "date_future": "must be in the future",
    "time_type": _TIME,
    "time_parsing": _TIME,
    "time_delta_type": _TIME,
    "time_delta_parsing": _TIME,
    # A rule of ours, in its own words.
    "value_error": lambda found: str(found["error"]),
    "assertion_error": _ANY,
}


def worded(error: Mapping[str, Any]) -> str:
    """`error`: as pydantic tells it, with its context."""
    words = _WORDS.get(error["type"], _ANY)
    return words if isinstance(words, str) else words(error["ctx"])
