"""Examples for the OpenAPI document. A word has one meaning everywhere, so it has one example everywhere."""

from collections.abc import Mapping
from typing import Any

ORDER_ID = "01a1fe16-acae-721c-a53e-11d390f4e92e"
COMMAND_ID = "01a1fe16-b04f-7368-875e-8b5f8e661d65"
LINE_ID = "01a1fe16-acae-721c-a53e-11e4c5d1f0aa"

# By the name of the property or parameter.
WORDS: Mapping[str, Any] = {
    "accepted_at": "2026-11-21T10:30:00.120Z",
    "amount_minor": 998,
    "at": "2026-11-21T10:30:00.140Z",
    "attempts": 0,
    "available": 10,
    "command_id": COMMAND_ID,
    "created_at": "2026-11-21T10:29:58Z",
    "created_by": "till-3",
    "currency": "GBP",
    "cursor": "WzEyM10=",
    "detail": "What happened, in a sentence.",
    "expires_at": "2026-11-21T11:30:00Z",
    "expires_in_s": 3600,
    "from_location": "stockroom",
    "gtin": "5012345678900",
    "id": ORDER_ID,
    "idempotency_key": "till-3-000417",
    "invoice_number": "INV-demo-2026-000417",
    "is_fully_shipped": True,
    "item_id": LINE_ID,
    "last_sequence": 418,
    "key": "till-3-000417",
    "limit": 50,
    "line_id": LINE_ID,
    "line_total_minor": 998,
    "location": "shop",
    "name": "Earl Grey, 100 g",
    "number": 100417,
    "on_hand": 12,
    "order": ORDER_ID,
    "order_id": ORDER_ID,
    "order_number": 100417,
    "order_status": "paid",
    "outcome": {"code": "applied", "detail": "", "lines": []},
    "paid_at": "2026-11-21T10:30:00.140Z",
    "business_day": "2026-11-21",
    "paid_minor": 998,
    "payment_status": "paid",
    "pointer": "#/lines/0/sku",
    "price_minor": 499,
    "product_name": "Earl Grey, 100 g",
    "quantity": 2,
    "quantity_after": 10,
    "quantity_change": -2,
    "query": "tea",
    "reason": "two jars were broken",
    "reference": "WEB-7031",
    "report_id": 17,
    "requested": 2,
    "shortfall_id": 17,
    "reserved": 2,
    "result": {"order_status": "paid", "payment_status": "paid", "change_minor": 2},
    "settled_at": "2026-11-21T10:30:00.140Z",
    "shipped_item_count": 1,
    "shipped_quantity": 2,
    "since": "2026-11-21T00:00:00Z",
    "sku": "TEA-EARL-GREY",
    "sold_at": "2026-11-21T10:29:58Z",
    "state": "succeeded",
    "status": "paid",
    "store": "demo",
    "store_name": "Demo Store",
    "sufficient": True,
    "terminal": "till-3",
    "to_location": "shop",
    "to_status": "paid",
    "total_item_count": 1,
    "total_minor": 998,
    "total_ordered_units": 2,
    "total_shipped_units": 2,
    "tracks_stock": True,
    "unit_price_minor": 499,
}
_FORMATS = {"uuid": COMMAND_ID, "date-time": "2026-11-21T10:30:00Z"}
_USUAL = {"string": "text", "integer": 0, "number": 0.0, "boolean": False}
_TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], *, whole: bool, name: str = "") -> Any:
    """One value that the schema allows. `whole`: with the optional properties too, as answers have them."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, whole=whole, name=name)
    if "examples" in schema:
        return schema["examples"][0]
    if choices := [schema["const"]] if "const" in schema else schema.get("enum"):
        return WORDS[name] if WORDS.get(name) in choices else choices[0]
    if branches := schema.get("anyOf", schema.get("oneOf", schema.get("allOf"))):
        # What nothing is known of may as well be null.
        known = name in WORDS or "examples" in branches[0] or {"type": "null"} not in branches
        return example_of(branches[0], schemas, whole=whole, name=name) if known else None
    if type(word := WORDS.get(name)) is _TYPES.get(schema.get("type", "")):
        return word
    match schema.get("type"):
        case "object":
            properties: Mapping[str, Any] = schema.get("properties", {})
            shown = [key for key in properties if whole or key in schema.get("required", ())]
            return {key: example_of(properties[key], schemas, whole=whole, name=key) for key in shown}
        case "array":
            return [example_of(schema["items"], schemas, whole=whole, name=name.removesuffix("s"))]
    return _FORMATS.get(schema.get("format", ""), schema.get("minimum", _USUAL.get(schema.get("type", ""))))
