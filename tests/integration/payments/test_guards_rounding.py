"""What PostgreSQL refuses about money that is rounded, whoever asks, and does not refuse without its guard."""

import psycopg
import pytest

from orders.commands.core.machine import Kind
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

ORDER, PAYMENT = "orders_order", "orders_payment"
PAID, UNPAID = "WHERE paid_at IS NOT NULL", "WHERE paid_at IS NULL"
NEW = """
    INSERT INTO orders_payment (id, store_id, order_id, command_id, reference, reverses_id, created_at, kind, method,
        amount_minor, tendered_minor)
    SELECT gen_random_uuid(), store_id, order_id, command_id, '', NULL, now(), {} FROM orders_payment LIMIT 1
"""
ALL_BUT_ONE = "refunded_minor = paid_minor - 1"

REFUSED = [
    (
        psycopg.errors.RestrictViolation,
        [Guarded("order_rounding_of_sale_frozen", ORDER, f"UPDATE {ORDER} SET rounding_minor = -2 {PAID}")],
    ),
    (
        psycopg.errors.CheckViolation,
        [
            Guarded(
                "order_refunded_within_paid_and_none_negative",
                ORDER,
                f"UPDATE {ORDER} SET {ALL_BUT_ONE}, rounding_minor = 2, refund_rounding_minor = 2 {PAID}",
            ),
            Guarded("order_paid_at_iff_paid", ORDER, f"UPDATE {ORDER} SET rounding_minor = -1 {UNPAID}"),
            Guarded("payment_of_something_unless_cash_is_taken", PAYMENT, NEW.format("'tender', 'card', 0, 0")),
            Guarded("payment_of_something_unless_cash_is_taken", PAYMENT, NEW.format("'refund', 'cash', 0, 0")),
            Guarded("payment_change_is_of_cash_that_is_taken", PAYMENT, NEW.format("'tender', 'card', 1, 2")),
            Guarded("payment_change_is_of_cash_that_is_taken", PAYMENT, NEW.format("'refund', 'cash', 1, 2")),
        ],
    ),
]


@pytest.fixture
def _payments(own_database: str) -> None:
    """A sale in cash, and an order that is not paid."""
    shop = open_shop()
    sold = shop.order(("TEA-80", 2))
    shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, sold, tenders=[{"method": "cash", "amount_minor": 500}])
    execute([sold])


@pytest.mark.usefixtures("_payments")
def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    for error, statements in REFUSED:
        refused(statements, error, subtests)
