"""POST /inventory/import: many quantities on hand at once, as JSON, as CSV or as an uploaded file."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.models import Command
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
ROWS = [{"sku": "TEA-80", "quantity": 7}, {"sku": "MUG-RED", "quantity": 3, "location": "stockroom"}]
CSV = b"sku,quantity,location\nTEA-80,7,\nMUG-RED,3,stockroom\n"
BOUNDARY = "till"


def multipart(*parts: tuple[str, bytes]) -> bytes:
    """`parts`: the rest of each Content-Disposition, and the content."""
    body = b"".join(
        b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (BOUNDARY.encode(), name.encode(), content)
        for name, content in parts
    )
    return body + b"--%b--\r\n" % BOUNDARY.encode()


FILE = 'name="file"; filename="stock.csv"'


def commands_of(shop: Shop) -> list[Command]:
    return list(Command.objects.filter(store_id=shop.store_id))


def upload(till: Till, content: bytes, content_type: str = "text/csv", *, key: str = "k1") -> Answer:
    return till.call("POST", "/inventory/import", content, **{"Content-Type": content_type, "Idempotency-Key": key})


def upload_file(till: Till, *parts: tuple[str, bytes], key: str = "k1") -> Answer:
    return upload(till, multipart(*parts), f"multipart/form-data; boundary={BOUNDARY}", key=key)


SENT: dict[str, Callable[[Till], Answer]] = {
    "json": lambda till: till.post("/inventory/import", {"items": ROWS}, key="k1"),
    "csv": lambda till: upload(till, CSV),
    "csv with a byte order mark": lambda till: upload(till, b"\xef\xbb\xbf" + CSV),
    "csv of Windows": lambda till: upload(till, CSV.replace(b"\n", b"\r\n")),
    "csv with semicolons": lambda till: upload(till, CSV.replace(b",", b";")),
    "csv in another order": lambda till: upload(till, b'location,sku,quantity\n,"TEA-80",7\n\nstockroom,MUG-RED,3'),
    "file": lambda till: upload_file(till, (FILE, CSV)),
    "field": lambda till: upload_file(till, ('name="file"', CSV)),
}


@pytest.mark.parametrize("sent", SENT)
def test_rows_are_taken_over_however_they_are_sent(backoffice: Till, shop: Shop, settle: Settle, sent: str) -> None:
    settled = settle(SENT[sent](backoffice), backoffice)
    assert (settled["kind"], settled["state"]) == ("import", "succeeded")
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 0}
    assert (shop.level("TEA-80"), shop.level("MUG-RED"), shop.level("MUG-RED", "stockroom")) == (
        (7, 0),
        (10, 0),
        (3, 0),
    )
    newest = backoffice.get("/inventory/movements?limit=2").body["items"]
    assert {(one["kind"], one["quantity_after"]) for one in newest} == {("import", 7), ("import", 3)}


def test_each_row_has_its_own_answer(backoffice: Till, pos: Till, shop: Shop, settle: Settle) -> None:
    settle(pos.post(f"/orders/{pos.sell(('MUG-RED', 4))}/reserve", key="hold"), pos)
    rows = [
        {"sku": "NO-SUCH", "quantity": 1},
        {"sku": "TEA-80", "quantity": 1, "location": "cellar"},
        {"sku": "POSTAGE", "quantity": 1},
        {"sku": "MUG-RED", "quantity": 3},
        {"sku": "SCARF-BLUE", "quantity": 42},
    ]
    settled = settle(
        backoffice.post("/inventory/import", {"items": rows, "reference": "stock.csv"}, key="k1"), backoffice
    )
    assert [(row["index"], row["sku"], row["code"], row["detail"]) for row in settled["result"]["rows"]] == [
        (0, "NO-SUCH", "product_not_found", "The store has no product NO-SUCH."),
        (1, "TEA-80", "location_not_found", "The store has no location cellar."),
        (3, "MUG-RED", "less_than_reserved", "Of MUG-RED 4 are reserved there."),
    ]
    assert settled["result"]["counts"] == {"set": 1, "skipped": 1, "refused": 3}
    assert (shop.level("SCARF-BLUE"), shop.level("MUG-RED"), shop.level("TEA-80")) == ((42, 0), (10, 4), (10, 0))
    assert backoffice.get("/inventory/movements?limit=1").body["items"][0]["reference"] == "stock.csv"


def test_the_same_rows_under_the_same_key_are_the_same_import(backoffice: Till, shop: Shop, settle: Settle) -> None:
    first = SENT["json"](backoffice)
    settle(first, backoffice)
    for again in (SENT["csv"](backoffice), SENT["file"](backoffice)):
        assert (again.body["id"], again.headers["Idempotency-Replayed"]) == (first.body["id"], "true")
    other = upload(backoffice, CSV.replace(b"7", b"8"))
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(commands_of(shop)) == 1


def test_a_file_may_come_with_a_reference_and_a_reason(backoffice: Till, settle: Settle) -> None:
    parts = [('name="reference"', b"stock.csv"), (FILE, CSV), ('name="reason"', b"year's end")]
    settle(upload_file(backoffice, *parts), backoffice)
    newest = backoffice.get("/inventory/movements?limit=1").body["items"][0]
    assert (newest["reference"], newest["reason"]) == ("stock.csv", "year's end")


@pytest.mark.parametrize(
    ("content", "pointer", "said"),
    [
        (b"\n", "#/items", "Line 1: the column sku is missing"),
        (b"sku,quantity\n", "#/items", "1 item or more"),
        (b"sku\nTEA-80\n", "#/items", "Line 1: the column quantity is missing"),
        (b"sku,quantity,colour\nTEA-80,7,red\n", "#/items", "Line 1: there is no column 'colour'"),
        (b"sku,quantity,sku\nTEA-80,7,TEA-80\n", "#/items", "Line 1: the column sku comes twice"),
    ],
)
def test_columns_of_the_wrong_shape_refuse_the_file(
    backoffice: Till, shop: Shop, content: bytes, pointer: str, said: str
) -> None:
    for refused in (upload(backoffice, content), upload_file(backoffice, (FILE, content))):
        assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [pointer])
        assert said in refused.body["errors"][0]["detail"]
    assert not commands_of(shop)


def test_what_is_no_form_is_malformed(backoffice: Till) -> None:
    for content, content_type in [
        (b"nonsense", "multipart/form-data"),
        (b"nonsense", "multipart/form-data; boundary="),
        (multipart(*[(f'name="f{n}"', b"") for n in range(1001)]), f"multipart/form-data; boundary={BOUNDARY}"),
        (multipart(('name="reason"', b"x" * 3_000_000)), f"multipart/form-data; boundary={BOUNDARY}"),
    ]:
        refused = upload(backoffice, content, content_type)
        assert (refused.status, refused.code) == (400, "malformed_form")


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ([], "#/file"),
        ([('name="file"', CSV), (FILE, CSV)], "#/file"),
        ([(FILE, CSV), (FILE, CSV)], "#/file"),
        ([(FILE, CSV), ('name="other"; filename="other.csv"', CSV)], "#/other"),
        ([(FILE, CSV), ('name="colour"', b"red")], "#/colour"),
        ([(FILE, CSV), ('name="items"', b"[]")], "#/items"),
        ([(FILE, CSV), ('name="reason"', b"x" * 501)], "#/reason"),
    ],
)
def test_a_form_holds_one_file_and_what_the_call_takes(backoffice: Till, parts: Any, pointer: str) -> None:
    refused = upload_file(backoffice, *parts)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [pointer])


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/items"]),
        ({"items": []}, ["#/items"]),
        ({"items": [*ROWS, {"sku": "TEA-80", "quantity": "7"}]}, ["#/items/2/quantity"]),
        ({"items": [*ROWS, 5]}, ["#/items/2"]),
        ({"items": ROWS, "colour": "red"}, ["#/colour"]),
        ([], ["#"]),
    ],
)
def test_a_bad_body_is_pointed_at(backoffice: Till, shop: Shop, body: Any, pointers: list[str]) -> None:
    refused = backoffice.post("/inventory/import", body, key="k1")
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", pointers)
    assert not commands_of(shop)


def test_a_body_that_is_no_json_is_malformed(backoffice: Till) -> None:
    refused = backoffice.post("/inventory/import", CSV, key="k1")
    assert (refused.status, refused.code) == (400, "malformed_json")


def test_of_many_refused_rows_the_first_hundred_are_told(backoffice: Till, settle: Settle) -> None:
    settled = settle(upload(backoffice, b"sku,quantity\n" + b"TEA-80,x\nNO-SUCH,1\n" * 500), backoffice)
    assert settled["result"]["counts"] == {"set": 0, "skipped": 0, "refused": 1000}
    assert [row["line"] for row in settled["result"]["rows"]] == list(range(2, 102))


def test_of_many_errors_in_json_the_first_hundred_are_told(backoffice: Till) -> None:
    refused = backoffice.post("/inventory/import", {"items": [{"sku": "TEA-80"}] * 500}, key="k1")
    assert len(refused.body["errors"]) == 100
    assert "the first 100 errors" in refused.body["detail"]


def test_more_than_fifty_thousand_rows_are_refused(backoffice: Till) -> None:
    refused = upload(backoffice, b"sku,quantity\n" + b"TEA-80,1\n" * 50_001)
    assert (refused.status, refused.pointers) == (422, ["#/items"])


def test_fifty_thousand_rows_are_one_import(backoffice: Till, shop: Shop, settle: Settle) -> None:
    rows = b"".join(b"TEA-80,%d\n" % (n % 1000) for n in range(49_999))
    settled = settle(upload(backoffice, b"sku,quantity\n" + rows + b"MUG-RED,5\n"), backoffice)
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 49_998}
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((0, 0), (5, 0))


def test_a_body_over_32_mebibytes_is_too_large(backoffice: Till) -> None:
    refused = upload(backoffice, b"sku,quantity\n" + b"x" * 32 * 1024 * 1024)
    assert (refused.status, refused.code) == (413, "body_too_large")


def test_an_import_needs_a_key_and_the_backoffice(backoffice: Till, shop: Shop, supervisor: Till) -> None:
    assert backoffice.post("/inventory/import", {"items": ROWS}).code == "idempotency_key_missing"
    assert upload(supervisor, CSV).code == "role_not_allowed"
    assert not commands_of(shop)
