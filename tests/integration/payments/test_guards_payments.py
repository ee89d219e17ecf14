"""What PostgreSQL refuses about online payments, whoever asks, and does not refuse without its guard."""

import psycopg
import pytest

from orders.commands.core.machine import Kind
from orders.payments.outside.instruct import relay_payments
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, open_shop
from workers.authorize import authorize_payments

ASKED, TOLD, PAYMENT = "orders_authorization", "orders_paymentinstruction", "orders_payment"
ANSWERED = "WHERE state = 'authorized'"

SECOND_AUTHORIZATION = f"""
    INSERT INTO {ASKED} (id, store_id, order_id, command_id, position, provider, token, currency, amount_minor,
        requested_at)
    SELECT gen_random_uuid(), store_id, order_id, command_id, position, provider, token, currency, amount_minor, now()
    FROM {ASKED} LIMIT 1
"""
SECOND_PAYMENT = f"""
    INSERT INTO {PAYMENT} (id, store_id, order_id, command_id, kind, method, amount_minor, tendered_minor, reference,
        authorization_id, created_at)
    SELECT gen_random_uuid(), store_id, order_id, command_id, kind, method, amount_minor, tendered_minor, '',
        authorization_id, now()
    FROM {PAYMENT} WHERE kind = 'tender'
"""
CASH_BY_AUTHORIZATION = SECOND_PAYMENT.replace(
    "kind, method, amount_minor, tendered_minor, ''", "'refund', 'cash', 1, 1, ''"
)
ANOTHER = f"""
    INSERT INTO {TOLD} (store_id, order_id, authorization_id, command_id, kind, amount_minor, created_at,
        next_attempt_at)
    SELECT store_id, order_id, authorization_id, command_id, '{{kind}}', {{amount}}, now(), now() FROM {TOLD}
    WHERE kind = '{{of}}'
"""

REFUSED = [
    (
        psycopg.errors.UniqueViolation,
        [
            Guarded("authorization_once_per_tender", ASKED, SECOND_AUTHORIZATION),
            Guarded("payment_once_per_authorization", PAYMENT, SECOND_PAYMENT),
            Guarded("instruction_captures_or_voids_once", TOLD, ANOTHER.format(kind="capture", of="capture", amount=1)),
            Guarded("instruction_captures_or_voids_once", TOLD, ANOTHER.format(kind="void", of="capture", amount=1)),
            Guarded("instruction_refunds_once_per_command", TOLD, ANOTHER.format(kind="refund", of="refund", amount=1)),
        ],
    ),
    (
        psycopg.errors.RestrictViolation,
        [
            Guarded(
                "authorization_append_only", ASKED, f"UPDATE {ASKED} SET amount_minor = 1 WHERE state = 'requested'"
            ),
            Guarded(
                "authorization_final_once_answered",
                ASKED,
                f"UPDATE {ASKED} SET state = 'declined', reference = '' {ANSWERED}",
            ),
            Guarded(
                "authorization_append_only", ASKED, f"UPDATE {ASKED} SET currency = 'EUR' WHERE state = 'requested'"
            ),
            Guarded("authorization_never_deleted", ASKED, f"DELETE FROM {ASKED} WHERE state = 'requested'"),
            Guarded("instruction_append_only", TOLD, f"UPDATE {TOLD} SET amount_minor = 1 WHERE state = 'pending'"),
            Guarded("instruction_append_only", TOLD, f"UPDATE {TOLD} SET created_at = now() WHERE state = 'pending'"),
            Guarded("instruction_never_deleted", TOLD, f"DELETE FROM {TOLD} WHERE state = 'pending'"),
            Guarded("payment_append_only", PAYMENT, f"UPDATE {PAYMENT} SET reference = 'X'"),
            Guarded(
                "instruction_final_once_done",
                TOLD,
                f"UPDATE {TOLD} SET state = 'pending', done_at = NULL WHERE state = 'done'",
            ),
        ],
    ),
    (
        psycopg.errors.CheckViolation,
        [
            Guarded("authorization_life", ASKED, f"UPDATE {ASKED} SET reference = 'X' WHERE state = 'requested'"),
            Guarded("authorization_life", ASKED, f"UPDATE {ASKED} SET state = 'authorized' WHERE state = 'requested'"),
            Guarded("instruction_life", TOLD, f"UPDATE {TOLD} SET state = 'done' WHERE state = 'pending'"),
            Guarded("instruction_life", TOLD, f"UPDATE {TOLD} SET state = 'parked' WHERE state = 'pending'"),
            Guarded("instruction_of_something", TOLD, ANOTHER.format(kind="refund", of="capture", amount=0)),
            Guarded(
                "instruction_refunds_within_captured", TOLD, ANOTHER.format(kind="refund", of="capture", amount=251)
            ),
            Guarded("payment_authorized_iff_online", PAYMENT, CASH_BY_AUTHORIZATION),
        ],
    ),
]


@pytest.fixture
def _payments(own_database: str) -> None:
    """A sale of 500 that was captured, of which 250 is to be refunded, and a pay that waits for its provider."""
    shop = open_shop()
    orders = [shop.order(("TEA-80", 2)) for _ in range(2)]
    with banking():
        shop.submit(Kind.PAY, orders[0], tenders=[online(2 * PRICE_MINOR)])
        execute(orders)
        authorize_payments()
        execute(orders)
        relay_payments()
        one = {"line_id": None, "sku": "TEA-80", "quantity": 1, "condition": "sellable"}
        shop.submit(Kind.RETURN, orders[0], lines=[one])
        shop.submit(Kind.PAY, orders[1], tenders=[online(2 * PRICE_MINOR)])
        execute(orders)


@pytest.mark.usefixtures("_payments")
def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    for error, statements in REFUSED:
        refused(statements, error, subtests)
