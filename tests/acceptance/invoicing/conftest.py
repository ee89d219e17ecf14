"""Fixtures of this room: orders that are paid, and what becomes of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.invoicing.outside.refill import refill_invoice_pool
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.credit_notes import take_pool_away
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture
def sell(supervisor: Till, settle: Settle) -> Callable[..., UUID]:
    """A paid order of so many units."""

    def sell(quantity: int = 1, *, fulfilment: str = "immediate") -> UUID:
        order_id = supervisor.sell(("TEA-80", quantity), fulfilment=fulfilment)
        body = {"tenders": [{"method": "cash", "amount_minor": quantity * PRICE_MINOR}]}
        paid = settle(supervisor.post(f"/orders/{order_id}/pay", body, key=f"pay {order_id}"), supervisor)
        assert paid["state"] == "succeeded", paid
        return order_id

    return sell


@pytest.fixture
def ask(supervisor: Till, settle: Settle) -> Callable[..., Any]:
    """What a command on an order comes to."""

    def ask(order_id: UUID, kind: str, body: Any = None, *, key: str = "") -> Any:
        path = f"/orders/{order_id}/{kind}"
        return settle(supervisor.post(path, body or {}, key=key or f"{kind} {order_id}"), supervisor)

    return ask


@pytest.fixture
def books(shop: Shop, settings: Settings) -> PaperBooks:
    """Accounting, whose numbers the pool has."""
    take_pool_away(shop)
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 1, 20
    books = PaperBooks()
    refill_invoice_pool(books)
    return books
