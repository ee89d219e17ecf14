"""Whatever a call names, another store's is as if it were not there: tried for every field of every call.

The calls and their fields are the document's. A field that no table here knows fails, so that whoever adds one has to
say whether it names something. What another store has is answered like what nobody has, and changes nothing there; and
what the own store has is answered otherwise, so that the field is known to be looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.db import transaction

from base.sql.sets import cursor
from orders.commands.core.roles import Role
from tests.support.shop.chain import Chain
from tests.support.shop.furnished import Store, furnished, rows_of, settle
from tests.support.shop.till import PREFIX, Answer, document

NAMES = {
    "order_id": "order",
    "order": "order",
    "line_id": "line",
    "command_id": "command",
    "command": "command",
    "payment_id": "payment",
    "sku": "sku",
    "query": "sku",
    "location": "location",
    "from_location": "location",
    "to_location": "location",
    "tax_code": "tax",
    "terminal": "terminal",
    "terminal_id": "terminal",
    "closing": "closing",
    "report_id": "low stock",
    "shortfall_id": "shortfall",
    "invoice_number": "invoice",
    "key": "key",
    "keys": "key",
}
NAMES_OF = {
    ("list_orders", "reference"): "order reference",
    ("release_items", "reference"): "hold",
    ("commit_outbound", "reference"): "hold",
    ("void_invoice_number", "number"): "free number",
    ("tell_void_again", "number"): "free number",
    ("replace_draft_lines", "order_id"): "draft",
    **dict.fromkeys([("fulfill", "order_id"), ("ship_item", "order_id")], "order to ship"),
    **dict.fromkeys([("fulfill", "line_id"), ("ship_item", "line_id")], "line to ship"),
}
"""What says the same of everything elsewhere."""
OWN = {("put_product", "sku"), ("import_products", "sku"), ("put_location", "code"), ("put_tax", "code")}
"""What a store calls its own things: another's name is free here."""
_PLAIN = """
    account acknowledged address after amount_minor archived body cash_rounding_minor cashier code condition counted
    currency cursor customer date day day_starts_at discount_minor discount_percent dry_run email
    expected_total_minor expires_in_s float_minor fulfilment gtin id items kind limit lines locale method name
    number partial payment_status payment_terms pos_discount_limit_percent price_minor prices_include_tax
    printed_number priority provider quantity quantity_decimals rate reason receipt_footer recovered reference
    refund_to reorder_point require_drawer role rows sequence shortage since skip_missing sold_at status tax_exempt
    tax_id tenders time_zone token tracks_stock unit unit_price_minor valid_from
"""
PLAIN = frozenset(_PLAIN.split())
_REFUND = {"method": "card", "amount_minor": 500}
_GOODS = {"sku": "any", "quantity": 1}
BODIES: dict[str, Any] = {
    "cancel": {"refund_to": [_REFUND]},
    "take_back": {"lines": [{**_GOODS, "quantity": 2, "condition": "sellable"}], "refund_to": [_REFUND]},
    "transfer": {"items": [{**_GOODS, "from_location": "shop", "to_location": "stockroom"}]},
    "release_items": {"reference": "any", "items": [_GOODS]},
}
"""Where the document's example leaves out what the field needs beside it."""
AS_THEY_ARE = frozenset({"from_location", "to_location"})
"""Of bodies: the one is not the other."""
BULK = "submit_commands"
"""Its items are the bodies of the other calls, and are checked by the same page (orders.journal.api.checks)."""


@dataclass(frozen=True, slots=True)
class Field:
    operation: str
    place: str
    """`path`, `query`, or where it stands in the body, with dots and [] for an item."""
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.operation} {self.place} {self.name}"


CALLS = {
    call["operationId"]: (method.upper(), path.removeprefix(PREFIX), call)
    for path, methods in document()["paths"].items()
    for method, call in methods.items()
}


def body_fields(schema: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """(where, name) of each."""
    if "$ref" in schema:
        yield from body_fields(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], at)
    for several in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(several, ()):
            yield from body_fields(one, at)
    if "items" in schema:
        yield from body_fields(schema["items"], f"{at}[]")
    for name, of_it in schema.get("properties", {}).items():
        yield at, name
        yield from body_fields(of_it, f"{at}.{name}")


def all_fields() -> Iterator[tuple[str, str, str]]:
    for operation, (_, _, call) in CALLS.items():
        for parameter in call["parameters"]:
            if parameter["in"] in ("path", "query"):
                yield operation, parameter["in"], parameter["name"]
        content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
        for at, name in dict.fromkeys(body_fields(content.get("schema", {}))):
            yield operation, f"body{at}", name


def named() -> Iterator[Field]:
    for operation, place, name in all_fields():
        kind = NAMES_OF.get((operation, name)) or NAMES.get(name)
        if kind and operation != BULK and (operation, name) not in OWN:
            yield Field(operation, place, name, kind)


def test_it_is_known_of_each_field_whether_it_names_something() -> None:
    known = {*NAMES, *PLAIN}
    assert {(operation, name) for operation, _, name in all_fields() if name not in known} == set()
    operations = {operation for operation, _, _ in all_fields()}
    assert {operation for operation, _ in {*NAMES_OF, *OWN}} <= operations


def nobodys(real: Any) -> Any:
    """A name that nobody has, of the kind of this one."""
    if isinstance(real, int):
        return 987_654_321
    try:
        UUID(real)
    except ValueError:
        return "nobodys-7"
    return "01a1fe16-acae-721c-a53e-11e4c5d1f0aa"


@pytest.fixture
def stores(chain: Chain) -> tuple[Store, Store]:
    """The one that is asked, and another."""
    other_id = cursor().execute("SELECT id FROM inventory_store WHERE code = 'other'").fetchone()
    assert other_id
    own = furnished(chain.tills[Role.BACKOFFICE], chain.shop.store_id, "own")
    return own, furnished(chain.elsewhere, other_id[0], "else")


def is_beside(name: str, body: Any) -> bool:
    """Whether the body has it already: then it names the own store's."""
    return name not in AS_THEY_ARE and f'"{name}"' in json.dumps(body)


def with_value(body: Any, place: str, name: str, value: Any) -> Any:
    """The body with that there, and with what leads to it."""
    body = body if isinstance(body, dict) else {}
    at: Any = body
    for step in re.findall(r"\.(\w+)(\[\])?|(\[\])", place):
        is_list = bool(step[1])
        if not isinstance(at.get(step[0]), list if is_list else dict) or (is_list and not at[step[0]]):
            at[step[0]] = [{}] if is_list else {}
        at = at[step[0]][0] if is_list else at[step[0]]
    at[name] = [value] if name == "keys" else value
    return body


def call_with(field: Field, own: Store, value: Any) -> Answer:
    """All that the call names is the own store's, but for this field."""
    method, path, call = CALLS[field.operation]
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    body, query = json.loads(json.dumps(BODIES.get(field.operation, content.get("example")))), {}
    if field.operation == "take_back" and field.name == "line_id":
        del body["lines"][0]["sku"]
    for operation, place, name in all_fields():
        kind = NAMES_OF.get((operation, name)) or NAMES.get(name)
        if operation != field.operation or not kind:
            continue
        is_it = (place, name) == (field.place, field.name)
        given = value if is_it else own.things[kind]
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(given), safe=""))
        elif place == "query" and (is_it or name == "key"):
            query[name] = given
        elif place.startswith("body") and (is_it or is_beside(name, body)):
            body = with_value(body, place.removeprefix("body"), name, given)
    asked = f"{path}?{urlencode(query)}" if query else path
    return own.till.call(method, asked, body, **{"Idempotency-Key": "tried"})


def outcome(field: Field, own: Store, value: Any) -> tuple[int, str]:
    """What is told in the end, without what differs from call to call."""
    with transaction.atomic():
        answer = call_with(field, own, value)
        told = answer.body
        if answer.status == 202 and "kind" in told:
            settle(answer, own.store_id)
            told = own.till.get(f"/commands/{told['id']}").body
        transaction.set_rollback(True)
    text = json.dumps(told).replace(str(value), "<it>")
    return answer.status, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[^\"]+", "<>", text)


def test_another_stores_is_as_if_it_were_not_there(stores: tuple[Store, Store], subtests: pytest.Subtests) -> None:
    own, other = stores
    fields = list(dict.fromkeys(named()))
    assert len(fields) > 60
    before = rows_of(other.store_id)
    for field in fields:
        with subtests.test(str(field)):
            foreign, mine = other.things[field.kind], own.things[field.kind]
            answer = outcome(field, own, foreign)
            assert answer == outcome(field, own, nobodys(foreign))
            assert answer != outcome(field, own, mine), "the field was not looked at"
    assert rows_of(other.store_id) == before


def test_an_orders_id_is_taken_whoever_has_it(stores: tuple[Store, Store]) -> None:
    """Tills choose ids, and one is one order's in all stores: whoever guesses one of 2^122 learns no more of it."""
    own, other = stores
    line = {"sku": own.things["sku"], "quantity": 1}
    new = {"currency": "GBP", "fulfilment": "immediate", "lines": [line]}
    before = rows_of(other.store_id)
    answers = [own.till.post("/orders", {**new, "id": one.things["order"]}) for one in (own, other)]
    told = [
        json.dumps(answer.body).replace(one.things["order"], "") for answer, one in zip(answers, stores, strict=True)
    ]
    assert [answer.status for answer in answers] == [422, 422]
    assert told[0] == told[1]
    assert rows_of(other.store_id) == before
