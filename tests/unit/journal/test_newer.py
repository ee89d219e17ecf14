"""Which payloads a newer release must have written: those that say what this one would pass over."""

from typing import Any

import pytest

from base.import_rows import RefusedRow
from orders.commands.core.machine import Kind
from orders.journal.api.bulk.bodies import BODIES
from orders.journal.db.newer import FIELDS, is_newer

TENDERS = {"tenders": [{"method": "cash", "amount_minor": 449}]}


@pytest.mark.parametrize(
    ("kind", "payload", "newer"),
    [
        ("pay", TENDERS, False),
        ("pay", {**TENDERS, "tip_minor": 50}, True),
        ("pay", {**TENDERS, "tip_minor": 0}, True),
        ("pay", {**TENDERS, "gift_note": ""}, False),
        ("pay", {**TENDERS, "tip_minor": None, "is_gift": False, "notes": [], "wrapped": {}}, False),
        ("pay", {"tenders": [{"method": "cash", "amount_minor": 449, "wallet": "ada"}]}, True),
        ("pay", {"tenders": [{"method": "cash", "amount_minor": 449, "wallet": None}]}, False),
        ("deliver", {"reason": "a word of another kind"}, True),
        ("exchange", {}, True),
    ],
)
def test_what_says_more_than_is_known_is_of_a_newer_release(kind: str, payload: Any, newer: bool) -> None:
    assert is_newer(kind, payload) is newer


def names(schema: dict[str, Any]) -> set[str]:
    inner = schema.get("$defs", {}).values()
    return set(schema.get("properties", {})).union(*(one.get("properties", {}) for one in inner))


@pytest.mark.parametrize("kind", BODIES)
def test_every_field_that_a_terminal_may_send_is_known(kind: Kind) -> None:
    """A field that is added to a body is added here, once what carries the command out knows what it says."""
    assert names(BODIES[kind].model_json_schema(mode="serialization")) - FIELDS[kind] == set()


def test_a_row_of_a_file_that_could_not_be_read_is_known() -> None:
    """An import keeps it as it will be told."""
    row = RefusedRow(line=2, index=None, sku="TEA-80", code="validation_failed", detail="quantity: many")
    assert not is_newer(Kind.IMPORT, {"items": [], "misread": [row.as_json()], "misread_count": 1, "lines": [3]})


def test_every_kind_is_known() -> None:
    assert set(FIELDS) == set(Kind)
