"""What is sold with discounts and taxes, as a till sends it and sees it."""

from typing import Any

from tests.support.shop.till import Till


def list_goods(backoffice: Till) -> None:
    """Taxes and what is sold with them; it is not counted, so that only amounts matter."""
    for code, rate in (("std", "20"), ("red", "5"), ("low", "7"), ("nyc", "8.875")):
        backoffice.put(f"/taxes/{code}", {"name": code.upper(), "rate": rate})
    uncounted = {"currency": "GBP", "tracks_stock": False}
    for sku, price, more in (
        ("TEA", 499, {"tax_code": "std"}),
        ("LOAF", 250, {"tax_code": "red"}),
        ("STAMP", 75, {}),
        ("CHEESE", 1290, {"tax_code": "std", "unit": "kg", "quantity_decimals": 3}),
        ("APPLES", 399, {"tax_code": "low", "unit": "kg", "quantity_decimals": 3}),
    ):
        assert (
            backoffice.put(f"/products/{sku}", {"name": sku, "price_minor": price, **uncounted, **more}).status == 201
        )


def order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"currency": "GBP", "fulfilment": "immediate", "lines": list(lines), **more}


def line(sku: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **more}


BASKET = [line("TEA", 3), line("LOAF"), line("STAMP", 2)]


def made(till: Till, body: dict[str, Any]) -> dict[str, Any]:
    """The same whether it is told as it is made or read."""
    created = till.post("/orders", body)
    assert created.status == 201, created
    found: dict[str, Any] = till.get(f"/orders/{created.body['id']}").body
    assert found == created.body
    return found


def of_lines(found: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(one[field] for field in fields) for one in found["lines"]]


AMOUNTS = ("amount_minor", "discount_minor", "net_minor", "tax_minor", "line_total_minor")
