"""Items as stock commands name them."""

from typing import Any


def item(sku: str, quantity: int, location: str | None = None) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "location": location}
