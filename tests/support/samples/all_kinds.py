"""A bulk request with a command of every kind, on new orders and on known ones, applied and refused."""

from typing import Any
from uuid import uuid4

from tests.support.shop.shop import PRICE_MINOR

FEW, TOO_MANY = 2, 50
"""Of what a shop has ten of."""
REFUSED = ["order_already_paid", "order_cancelled", "stock_insufficient", "stock_insufficient", "hold_not_found"]


def order_of(sku: str, quantity: int = FEW, *, fulfilment: str = "immediate") -> dict[str, Any]:
    lines = [{"sku": sku, "quantity": quantity}]
    return {"id": str(uuid4()), "currency": "GBP", "fulfilment": fulfilment, "lines": lines}


def every_kind(known_order_id: str) -> list[dict[str, Any]]:
    """`known_order_id`: a draft of FEW teas, for immediate sale. Orders and the store ask for different goods, so that
    it does not matter which of them comes first. What is refused comes last."""
    kept, shipped, given_up = order_of("TEA-80"), order_of("TEA-80", fulfilment="shipment"), order_of("TEA-80")
    return [
        *({"order_id": known_order_id, **one} for one in _sold()),
        {"kind": "pay", "order": shipped, "body": _cash(FEW)},
        {"kind": "fulfill", "order_id": shipped["id"]},
        {"kind": "deliver", "order_id": shipped["id"]},
        {"kind": "reserve", "order": kept, "body": {"expires_in_s": 600}},
        {"kind": "extend", "order_id": kept["id"], "body": {"expires_in_s": 3600}},
        {"kind": "release", "order_id": kept["id"]},
        {"kind": "cancel", "order": given_up},
        *_of_stock(),
        {"kind": "pay", "order_id": known_order_id, "body": _cash(FEW)},
        {"kind": "reserve", "order_id": given_up["id"]},
        {"kind": "pay", "order": order_of("MUG-RED", TOO_MANY), "body": _cash(TOO_MANY)},
        {"kind": "write_off", "body": _scarves(TOO_MANY)},
        {"kind": "commit_hold", "body": {"reference": "nobody's", **_scarves()}},
    ]


def with_keys(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": str(uuid4()), **item} for item in items]


def _sold() -> list[dict[str, Any]]:
    back = {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]}
    return [{"kind": "pay", "body": _cash(FEW)}, {"kind": "return", "body": back}]


def _of_stock() -> list[dict[str, Any]]:
    moved = {"sku": "SCARF-BLUE", "quantity": 1, "from_location": "shop", "to_location": "stockroom"}
    return [
        {"kind": "receive", "body": _scarves()},
        {"kind": "adjust", "body": {"reason": "found", **_scarves()}},
        {"kind": "count", "body": _scarves(9)},
        {"kind": "write_off", "body": _scarves()},
        {"kind": "transfer", "body": {"items": [moved]}},
        {"kind": "import", "body": _scarves(8)},
        {"kind": "hold", "body": {"reference": "a wish", **_scarves(3)}},
        {"kind": "commit_hold", "body": {"reference": "a wish", **_scarves(1)}},
        {"kind": "release_hold", "body": {"reference": "a wish"}},
    ]


def _scarves(quantity: int = 1) -> dict[str, Any]:
    return {"items": [{"sku": "SCARF-BLUE", "quantity": quantity}]}


def _cash(quantity: int) -> dict[str, Any]:
    return {"tenders": [{"method": "cash", "amount_minor": quantity * PRICE_MINOR}]}
