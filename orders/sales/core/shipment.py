"""How much of an order was handed over."""

from collections.abc import Mapping
from typing import Any


def shipment_status(order: Mapping[str, Any]) -> dict[str, Any]:
    """`order`: as the outside sees it. An order without lines has shipped nothing."""
    items = [_item(line) for line in order["lines"]]
    shipped = sum(item["shipped_quantity"] for item in items)
    fully = shipped > 0 and not any(item["remaining_quantity"] for item in items)
    return {
        "order_id": order["id"],
        "order_number": order["number"],
        "order_status": order["status"],
        "is_fully_shipped": fully,
        "is_partially_shipped": shipped > 0 and not fully,
        "shipped_item_count": sum(item["is_fully_shipped"] for item in items),
        "total_item_count": len(items),
        "total_shipped_units": shipped,
        "total_ordered_units": sum(item["quantity"] for item in items),
        "items": items,
    }


def _item(line: Mapping[str, Any]) -> dict[str, Any]:
    remaining = line["quantity"] - line["shipped_quantity"] - line["cancelled_quantity"]
    return {
        "item_id": line["id"],
        "product_name": line["name"],
        "quantity": line["quantity"],
        "shipped_quantity": line["shipped_quantity"],
        "cancelled_quantity": line["cancelled_quantity"],
        "remaining_quantity": remaining,
        "is_fully_shipped": remaining == 0 and line["shipped_quantity"] > 0,
    }
