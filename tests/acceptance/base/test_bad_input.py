"""Whatever is wrong with whichever field: a 4xx that points at it, and nothing has changed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from base.sql.sets import cursor
from orders.commands.core.machine import SYSTEM_KINDS, Kind
from orders.commands.core.roles import Role
from project.api.examples import example_of
from tests.support.http.bad_input import Bad, Field, Schema, bad_bodies, changed, fields_of, validator
from tests.support.shop.chain import open_chain
from tests.support.shop.till import PREFIX, Answer, Till, document

pytestmark = pytest.mark.django_db

JSON = "application/json"
BULK = "submit_commands"
ITEMS_MAX = 500

CALLS = {
    call["operationId"]: (method.upper(), path, call)
    for path, methods in document()["paths"].items()
    for method, call in methods.items()
    if "requestBody" in call and call["operationId"] != BULK
}
"""Operation id -> method, path and description of every call that takes a body."""

TABLES = (
    *("orders_order", "orders_orderline", "orders_command", "orders_statuschange", "orders_invoicenumber"),
    *("inventory_product", "inventory_location", "inventory_stocklevel", "inventory_stockmovement", "inventory_hold"),
)


def digest() -> list[Any]:
    """What a call may change: how many rows of each table there are, and what they hold."""
    sql = "SELECT count(*), md5(string_agg(row::text, '|' ORDER BY id)) FROM {} AS row"
    return [cursor().execute(sql.format(table)).fetchone() for table in TABLES]


def taken(operation_id: str) -> tuple[Schema, Any]:
    """The schema of the call's body, and a body with everything in it."""
    schema: Schema = CALLS[operation_id][2]["requestBody"]["content"][JSON]["schema"]
    return schema, example_of(schema, document()["components"]["schemas"], whole=True)


def send(till: Till, operation_id: str, body: Any) -> Answer:
    method, path, call = CALLS[operation_id]
    for parameter in call["parameters"]:
        if parameter["in"] == "path":
            example = parameter.get("example") or parameter["schema"]["examples"][0]
            path = path.replace(f"{{{parameter['name']}}}", str(example))
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return till.call(method, path.removeprefix(PREFIX), content, **{"Idempotency-Key": "bad"})


def check_refused(answer: Answer, bad: Bad) -> None:
    assert (answer.status, answer.code) == (422, "validation_failed"), (bad, answer)
    check_pointers(answer.body, bad.pointer, bad)


def check_pointers(problem: Any, pointer: str, bad: Bad) -> None:
    """At the field, or at what is in it."""
    pointers = [error["pointer"] for error in problem["errors"]]
    assert any(one == pointer or one.startswith(f"{pointer}/") for one in pointers), (bad, pointers)


@pytest.fixture(scope="module")
def till(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Till]:
    """A terminal of one shop for all calls, all of it undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        for limit in ("idle_in_transaction_session_timeout", "transaction_timeout"):  # thousands of bodies take a while
            cursor().execute(f"SET LOCAL {limit} = 0".encode())
        yield open_chain().tills[Role.BACKOFFICE]
        transaction.set_rollback(True)


@pytest.mark.parametrize("operation_id", CALLS)
def test_what_the_document_does_not_allow_is_pointed_at(till: Till, operation_id: str) -> None:
    schema, example = taken(operation_id)
    before, tried = digest(), 0
    for bad in bad_bodies(schema, example):
        check_refused(send(till, operation_id, bad.body), bad)
        tried += 1
    assert tried > len(example) * 5
    assert digest() == before


@pytest.mark.parametrize("operation_id", CALLS)
def test_text_that_is_no_unicode_is_malformed(till: Till, operation_id: str) -> None:
    """A lone surrogate can be written in JSON, but stands for nothing."""
    schema, example = taken(operation_id)
    before = digest()
    for field in fields_of(schema, example):
        body = changed(example, field.path, "tea \ud800")
        answer = send(till, operation_id, json.dumps(body).encode())
        assert (answer.status, answer.code) == (400, "malformed_json"), field
    assert digest() == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(), parts, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from([(name, field) for name in CALLS for field in fields_of(*taken(name))]), anything)
def test_whatever_else_is_sent_is_pointed_at(till: Till, asked: tuple[str, Field], value: Any) -> None:
    operation_id, field = asked
    schema, example = taken(operation_id)
    bad = Bad(changed(example, field.path, value), field.pointer, value)
    if not validator(schema)(bad.body):
        before = digest()
        check_refused(send(till, operation_id, bad.body), bad)
        assert digest() == before


def bulk_items() -> Iterator[tuple[Schema, dict[str, Any]]]:
    """The schema of each kind's item, and an item."""
    schemas = document()["components"]["schemas"]
    for kind in sorted(set(Kind) - SYSTEM_KINDS):
        name = "".join(word.capitalize() for word in kind.split("_")) + "CommandIn"
        example = example_of(schemas[name], schemas, whole=True)
        yield {"$ref": f"#/components/schemas/{name}"}, {**example, "kind": kind}


def test_a_bulk_item_is_pointed_at_and_spoils_nothing(till: Till) -> None:
    bad_items = [
        bad
        for schema, example in bulk_items()
        for bad in bad_bodies(schema, example)
        if not bad.pointer.startswith("#/kind")
    ]
    before = digest()
    for start in range(0, len(bad_items), ITEMS_MAX):
        part = bad_items[start : start + ITEMS_MAX]
        answer = till.call("POST", "/commands", json.dumps([bad.body for bad in part]).encode())
        assert answer.status == 202
        for index, (bad, item) in enumerate(zip(part, answer.body["items"], strict=True)):
            assert (item["status"], item["command_id"]) == ("refused", None), bad
            assert item["problem"]["code"] == "validation_failed", bad
            check_pointers(item["problem"], f"#/{index}{bad.pointer.removeprefix('#')}", bad)
    assert digest() == before
