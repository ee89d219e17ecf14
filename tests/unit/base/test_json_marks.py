"""How much a JSON text holds, without parsing it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.http.json_marks import has_more_items, has_more_marks

values = st.recursive(
    st.none() | st.integers() | st.text(alphabet='a"\\,[]{}:', max_size=5),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(alphabet='",[', max_size=3), parts, max_size=3),
    max_leaves=12,
)


def marks_of(value: Any) -> int:
    if not isinstance(value, list | dict):
        return 0
    parts = value if isinstance(value, list) else list(value.values())
    return 2 + max(0, len(parts) - 1) + sum(map(marks_of, parts))


@settings(max_examples=500, derandomize=True, deadline=None)
@given(values, st.integers(1, 6))
def test_items_and_marks_are_those_of_the_parsed_text(value: Any, than: int) -> None:
    content = json.dumps(value).encode()
    assert has_more_items(content, than) is (isinstance(value, list) and len(value) > than)
    assert has_more_marks(content, than) is (marks_of(value) > than)


@pytest.mark.parametrize("content", [b"", b"[", b'["', b'["\\', b"]]]]{{,,,,", b'["a,b,c,d', b"\xff\xfe,,,,"])
def test_what_is_no_json_has_no_more_than_it_shows(content: bytes) -> None:
    assert has_more_items(content, 3) is False
    assert has_more_marks(content, len(content)) is False


def test_an_array_that_breaks_off_is_counted_too() -> None:
    assert has_more_items(b" [1,2,3,4", 3) is True
    assert has_more_marks(b"[1,2,3,4", 3) is True
