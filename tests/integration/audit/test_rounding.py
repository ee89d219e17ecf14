"""The audit sees where what cash was rounded by is not what the books know of it."""

from uuid import UUID

import pytest

from inventory.models import Store
from orders.commands.core.machine import Kind
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

ROUNDED = "what cash was rounded by is booked as that, of sales and of refunds"
KEPT = "what was taken and not given back is what the customer keeps"
SAME = "the payments of an order and its entries tell the same"
BOOKED = "revenue and tax of what is paid are booked as its lines are worth, by tax"


@pytest.fixture(scope="module")
def sold(module_database: str) -> UUID:
    """Three for 7.50 paid with the smallest coin of 0.20, one of which came back: 2.50 as 2.60."""
    shop = open_shop()
    Store.objects.update(cash_rounding_minor=20)
    order_id = shop.order(("TEA-80", 3))
    shop.submit(Kind.PAY, order_id, tenders=[{"method": "cash", "amount_minor": 760}])
    execute([order_id])
    one = {"sku": "TEA-80", "quantity": 1, "condition": "sellable"}
    shop.submit(Kind.RETURN, order_id, lines=[one])
    execute([order_id])
    assert broken_by() == set()
    return order_id


def postings(order_id: UUID, kind: str, *told: str) -> str:
    told_as = ", ".join(told)
    return f"UPDATE orders_journalentry SET postings = '[{told_as}]' WHERE order_id = '{order_id}' AND kind = '{kind}'"


def test_what_refunds_were_rounded_by_is_told_of_the_sale(sold: UUID) -> None:
    told = f"UPDATE orders_order SET refund_rounding_minor = refund_rounding_minor + 1 WHERE id = '{sold}'"
    assert broken_by(told) == {ROUNDED}


def test_an_order_that_was_rounded_by_something_else(sold: UUID) -> None:
    told = f"UPDATE orders_order SET rounding_minor = rounding_minor + 1 WHERE id = '{sold}'"
    assert broken_by(told) == {ROUNDED, KEPT}


def test_rounding_that_was_booked_as_revenue(sold: UUID) -> None:
    assert broken_by(postings(sold, "sale", '["cash", 760]', '["revenue", -760]')) == {ROUNDED, BOOKED}


def test_rounding_that_was_booked_as_cash(sold: UUID) -> None:
    by_method = "each method is booked as it was paid, by every command"
    assert broken_by(postings(sold, "sale", '["cash", 750]', '["revenue", -750]')) == {ROUNDED, SAME, by_method}
