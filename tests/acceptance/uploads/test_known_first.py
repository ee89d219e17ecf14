"""A file that today's rules refuse is held against what its key came with first."""

from typing import Any
from uuid import UUID

import pytest
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from orders.commands.core.caller import Caller
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command
from orders.commands.core.roles import Role
from orders.journal.db.accept import Submission, accept
from orders.models import Command, Terminal
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

CSV = b"sku,quantity,location\nTEA-80,7,shop\nMUG-RED,3,\n"
TEA: dict[str, Any] = {"sku": "TEA-80", "quantity": 7, "location": "shop"}
MUG: dict[str, Any] = {"sku": "MUG-RED", "quantity": 3}


def form(content: bytes, *fields: tuple[bytes, bytes]) -> bytes:
    one = b'--till\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    parts = [one % (b"file", b'; filename="s.csv"', content), *(one % (name, b"", value) for name, value in fields)]
    return b"".join(parts) + b"--till--\r\n"


FORM = "multipart/form-data; boundary=till"
WITH_A_NOTE = b"sku,quantity,location,note\nTEA-80,7,shop,n\n"
NO_LOCATION = b"sku,location\nTEA-80,shop\n"
TOO_MANY = b"sku,quantity\n" + b"MUG-RED,3\n" * 50_001
BAD_ROWS = b"sku,quantity,location\nTEA-80,7,shop\nMUG-RED,-3,\n"
PICTURE = (b'picture"; filename="p.png', b"p")

# What is sent, as what type, and what its fingerprint was made of when it was taken.
REFUSED: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "a column that there is not": ("text/csv", WITH_A_NOTE, {"items": [{**TEA, "note": "n"}]}),
    "a column that is missing": ("text/csv", NO_LOCATION, {"items": [{"sku": "TEA-80", "location": "shop"}]}),
    "too many rows": ("text/csv", TOO_MANY, {"items": [MUG] * 50_001}),
    "no rows": ("text/csv", b"sku,quantity\n", {"items": []}),
    "a row without the shape": ("text/csv", BAD_ROWS, {"items": [TEA, {**MUG, "quantity": -3}]}),
    "a form's field that there is not": (FORM, form(CSV, (b"colour", b"red")), {"items": [TEA, MUG], "colour": "red"}),
    "a form's field without the shape": (FORM, form(CSV, (b"shortage", b"?")), {"items": [TEA, MUG], "shortage": "?"}),
    "a form's other file": (FORM, form(CSV, PICTURE), {"items": [TEA, MUG]}),
    "rows in two fields": (FORM, form(CSV, (b"items", b"x")), {"items": [TEA, MUG]}),
}


def upload(till: Till, content: Any, content_type: str = "text/csv", query: str = "", key: str = "k-1") -> Answer:
    headers = {"Content-Type": content_type, "Idempotency-Key": key}
    return till.call("POST", f"/inventory/import{query}", content, **headers)


def taken_yesterday(till: Till, said: dict[str, Any]) -> UUID:
    """An import that came in when the rules were others."""
    terminal = Terminal.objects.get(id=till.get("/terminals/me").body["id"])
    caller = Caller(terminal_id=terminal.id, store_id=terminal.store_id, name="t", role=Role.BACKOFFICE, currency="GBP")
    submission = Submission(
        id=uuid7(),
        key="k-1",
        kind=Kind.IMPORT,
        order_id=None,
        payload=to_json({"items": [TEA]}),
        fingerprint=fingerprint_of_command(Kind.IMPORT, None, to_json(said)),
    )
    assert accept(caller, submission)
    return submission.id


def is_the_first(again: Answer, id_: UUID) -> bool:
    return (again.body.get("id"), again.headers.get("Idempotency-Replayed")) == (str(id_), "true")


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_today_is_known_by_its_key(backoffice: Till, shop: Shop, name: str) -> None:
    content_type, content, said = REFUSED[name]
    id_ = taken_yesterday(backoffice, said)
    again = upload(backoffice, content, content_type)
    assert is_the_first(again, id_), again
    if name != "a row without the shape":
        assert upload(backoffice, content, content_type, key="k-2").code == "validation_failed"
        assert Command.objects.filter(store_id=shop.store_id).count() == 1


@pytest.mark.parametrize("name", REFUSED)
def test_another_file_is_another_one_though_it_is_refused_today(backoffice: Till, name: str) -> None:
    content_type, content, _ = REFUSED[name]
    taken_yesterday(backoffice, {"items": [{**TEA, "quantity": 8}]})
    refused = upload(backoffice, content, content_type)
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


SENT = {
    "text/csv": CSV,
    FORM: form(CSV),
    "application/json": to_json({"items": [TEA, MUG]}),
}


@pytest.mark.parametrize("content_type", SENT)
def test_what_was_taken_is_answered_again_though_other_rows_are_told(
    backoffice: Till, shop: Shop, content_type: str
) -> None:
    first = upload(backoffice, SENT[content_type], content_type)
    assert first.status == 202, first
    again = upload(backoffice, SENT[content_type], content_type, "?rows=3")
    assert is_the_first(again, UUID(first.body["id"])), again
    assert upload(backoffice, SENT[content_type], content_type, "?rows=3", key="k-2").code == "validation_failed"
    assert Command.objects.filter(store_id=shop.store_id).count() == 1


def test_rows_that_were_refused_then_are_refused_rows_again(backoffice: Till) -> None:
    first = upload(backoffice, BAD_ROWS + b"TEA-80\n")
    for query in ("", "?rows=3", "?rows=9"):
        assert is_the_first(upload(backoffice, BAD_ROWS + b"TEA-80\n", query=query), UUID(first.body["id"])), query


@pytest.mark.parametrize("content_type", [FORM, "application/json"])
def test_two_words_on_a_shortage_are_compared_first(backoffice: Till, content_type: str) -> None:
    sent = {
        FORM: form(CSV, (b"shortage", b"release")),
        "application/json": to_json({"items": [TEA, MUG], "shortage": "release"}),
    }[content_type]
    first = upload(backoffice, sent, content_type)
    assert is_the_first(upload(backoffice, sent, content_type, "?shortage=reject"), UUID(first.body["id"]))
    assert upload(backoffice, sent, content_type, "?shortage=reject", key="k-2").code == "validation_failed"


def test_a_query_that_says_what_to_do_at_a_shortage_counts_in_a_file_that_is_refused(backoffice: Till) -> None:
    id_ = taken_yesterday(backoffice, {"items": [{**TEA, "note": "n"}], "shortage": "release"})
    assert is_the_first(upload(backoffice, WITH_A_NOTE, query="?shortage=release"), id_)
    assert upload(backoffice, WITH_A_NOTE).code == "idempotency_key_reused"


NO_FILE = b'--till\r\nContent-Disposition: form-data; name="shortage"\r\n\r\nrelease\r\n--till--\r\n'
TWO_FILES = form(CSV, (b'file"; filename="t.csv', CSV))
NO_UTF8_IN_A_FIELD = form(CSV).replace(b'; filename="s.csv"', b"").replace(b"7", b"\xff")
MANY_AS_JSON = b'{"items":[' + b'{"sku":"A","quantity":1},' * 250_000 + b"]}"
MANY = ",".join(f"c{number}" for number in range(20)).encode()

# Nobody can tell what they say: what is sent, as what type, and how it is refused with a key that is new.
UNREADABLE: dict[str, tuple[str, bytes, int, str]] = {
    "no UTF-8": ("text/csv", b"sku,quantity\nTEA-80,\xff\n", 400, "not_utf8"),
    "UTF-16": ("text/csv", CSV.decode().encode("utf-16"), 400, "not_utf8"),
    "no UTF-8 in a form": (FORM, form(b"sku,quantity\nTEA-80,\xff\n"), 400, "not_utf8"),
    "no UTF-8 in a form's field": (FORM, NO_UTF8_IN_A_FIELD, 400, "not_utf8"),
    "a line without end": ("text/csv", b"sku,quantity\n" + b" " * 1_100_000, 400, "malformed_csv"),
    "a quote without end": ("text/csv", b'sku,quantity\n"TEA-80,7\nMUG-RED,3\n', 400, "malformed_csv"),
    "a header's quote without end": ("text/csv", b'"sku,quantity\nTEA-80,7\n', 400, "malformed_csv"),
    "another separator": ("text/csv", b"sep=|\nsku|quantity\nTEA-80|7\n", 422, "validation_failed"),
    "many columns": ("text/csv", MANY + b"\n", 422, "validation_failed"),
    "twice too many rows": ("text/csv", b"sku,quantity\n" + b"MUG-RED,3\n" * 100_001, 422, "validation_failed"),
    "twice too many rows as JSON": ("application/json", MANY_AS_JSON, 422, "validation_failed"),
    "half a form": (FORM, form(CSV)[:-30], 400, "malformed_form"),
    "a form whose last field is cut off": (FORM, form(CSV, (b"shortage", b"release"))[:-40], 400, "malformed_form"),
    "a form without a boundary": ("multipart/form-data", form(CSV), 400, "malformed_form"),
    "a form without a file": (FORM, NO_FILE, 422, "validation_failed"),
    "a form with two files": (FORM, TWO_FILES, 422, "validation_failed"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_another_one_than_its_key_came_with(
    backoffice: Till, shop: Shop, name: str
) -> None:
    content_type, content, status, code = UNREADABLE[name]
    first = upload(backoffice, CSV)
    assert first.status == 202, first
    refused = upload(backoffice, content, content_type)
    assert (refused.status, refused.code) == (422, "idempotency_key_reused"), refused
    assert "#/items" in refused.pointers
    refused = upload(backoffice, content, content_type, key="k-2")
    assert (refused.status, refused.code) == (status, code), refused
    assert Command.objects.filter(store_id=shop.store_id).count() == 1
    assert is_the_first(upload(backoffice, CSV), UUID(first.body["id"]))
