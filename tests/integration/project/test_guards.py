"""What PostgreSQL refuses, whoever asks: each statement is tried as it is, and again without its guard."""

import psycopg
import pytest
from django.db import transaction

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from tests.support.shop.guards import Guarded, refusal, refused
from tests.support.shop.poison import poison
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import open_shop

NEW_LINE = """
    INSERT INTO orders_orderline (id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity,
        unit_price_minor, list_price_minor, net_minor, shipped_quantity, returned_quantity)
    SELECT gen_random_uuid(), id, store_id, 1, 9, 'MUG-RED', 'Mug', false, 1, 100, 100, 100, 0, 0
    FROM orders_order WHERE paid_at IS NOT NULL LIMIT 1
"""
UNBALANCED = """
    INSERT INTO orders_journalentry (id, store_id, order_id, command_id, kind, currency, day, postings, created_at)
    SELECT gen_random_uuid(), store_id, id, id, 'sale', 'GBP', current_date, '[["cash", 100], ["revenue", -99]]', now()
    FROM orders_order
    WHERE NOT EXISTS (SELECT FROM orders_journalentry WHERE order_id = orders_order.id AND kind = 'sale') LIMIT 1
"""
SAME_COMMAND = """
    INSERT INTO orders_command (id, store_id, terminal_id, issued_by, key, fingerprint, kind, order_id, payload, state,
        attempts, last_error, ring_at, accepted_at)
    SELECT gen_random_uuid(), store_id, {terminal}, issued_by, key, fingerprint, kind, order_id, payload, 'pending',
        0, '', now(), now()
    FROM orders_command LIMIT 1
"""
MONEY = """
    INSERT INTO orders_payment (id, store_id, order_id, command_id, kind, method, amount_minor, tendered_minor,
        reference, reverses_id, created_at)
    SELECT gen_random_uuid(), store_id, order_id, command_id, '{kind}', 'card', 1, 1, '', {reverses}, now()
    FROM orders_payment LIMIT 1
"""
SECOND_LEVEL = """
    INSERT INTO inventory_stocklevel (store_id, product_id, location_id, on_hand, reserved)
    SELECT store_id, product_id, location_id, 1, 0 FROM inventory_stocklevel LIMIT 1
"""
HOLD_FOR_BOTH = """
    INSERT INTO inventory_hold (id, store_id, level_id, quantity, order_id, order_line_id, reference, created_at)
    SELECT gen_random_uuid(), store_id, level_id, quantity, order_id, order_line_id, 'both', created_at
    FROM inventory_hold LIMIT 1
"""
SECOND_REFILL = """
    INSERT INTO orders_invoicerefill (id, store_id, count, requested_at, attempts, next_attempt_at, last_error)
    SELECT gen_random_uuid(), id, 5, now(), 0, now(), '' FROM inventory_store, generate_series(1, 2)
"""
SAME_NUMBER = """
    INSERT INTO orders_invoicenumber (store_id, number, state, fetched_at, void_reason)
    SELECT store_id, number, 'free', now(), '' FROM orders_invoicenumber LIMIT 1
"""
SECOND_NUMBER = """
    UPDATE orders_invoicenumber SET state = 'assigned', assigned_at = now(), order_id = (SELECT id FROM orders_order
        WHERE paid_at IS NOT NULL LIMIT 1)
    WHERE id = (SELECT id FROM orders_invoicenumber WHERE state = 'free' LIMIT 1)
"""
PAID = "WHERE paid_at IS NOT NULL"
PAID_LINES = "WHERE order_id IN (SELECT id FROM orders_order WHERE paid_at IS NOT NULL)"

APPEND_ONLY = [
    Guarded("movement_append_only", "inventory_stockmovement", "UPDATE inventory_stockmovement SET reason = 'other'"),
    Guarded("movement_append_only", "inventory_stockmovement", "DELETE FROM inventory_stockmovement"),
    Guarded("status_change_append_only", "orders_statuschange", "UPDATE orders_statuschange SET reason = 'other'"),
    Guarded("status_change_append_only", "orders_statuschange", "DELETE FROM orders_statuschange"),
    Guarded("entry_append_only", "orders_journalentry", "UPDATE orders_journalentry SET postings = '[]'"),
    Guarded("entry_never_deleted", "orders_journalentry", "DELETE FROM orders_journalentry"),
    Guarded("payment_append_only", "orders_payment", "UPDATE orders_payment SET method = 'voucher'"),
    Guarded("payment_append_only", "orders_payment", "DELETE FROM orders_payment"),
]

FROZEN_ONCE_PAID = [
    Guarded("order_totals_frozen", "orders_order", f"UPDATE orders_order SET total_minor = total_minor + 1 {PAID}"),
    Guarded("order_totals_frozen", "orders_order", f"UPDATE orders_order SET taxes = '[1]' {PAID}"),
    Guarded("order_totals_frozen", "orders_order", f"UPDATE orders_order SET paid_minor = paid_minor + 1 {PAID}"),
    Guarded("order_totals_frozen", "orders_order", f"UPDATE orders_order SET paid_at = now() {PAID}"),
    Guarded("line_as_agreed", "orders_orderline", f"UPDATE orders_orderline SET quantity = 9 {PAID_LINES}"),
    Guarded("line_as_agreed", "orders_orderline", f"UPDATE orders_orderline SET sku = 'MUG-RED' {PAID_LINES}"),
    Guarded(
        "line_as_agreed",
        "orders_orderline",
        f"UPDATE orders_orderline SET unit_price_minor = unit_price_minor + 1 {PAID_LINES}",
    ),
    Guarded("line_removed_once_paid", "orders_orderline", f"DELETE FROM orders_orderline {PAID_LINES}"),
    Guarded("line_added_once_paid", "orders_orderline", NEW_LINE),
]

IMPOSSIBLE = [
    Guarded(
        "order_refunded_only_where_money_went_back",
        "orders_order",
        "UPDATE orders_order SET payment_status = 'refunded' WHERE payment_status = 'paid'",
    ),
    Guarded("payment_reverses_iff_refund_or_is_cash", "orders_payment", MONEY.format(kind="refund", reverses="NULL")),
    Guarded("payment_reverses_iff_refund_or_is_cash", "orders_payment", MONEY.format(kind="tender", reverses="id")),
    Guarded(
        "level_reserved_within_on_hand",
        "inventory_stocklevel",
        "UPDATE inventory_stocklevel SET reserved = on_hand + 1",
    ),
    Guarded("level_reserved_within_on_hand", "inventory_stocklevel", "UPDATE inventory_stocklevel SET reserved = -1"),
    Guarded("hold_quantity_positive", "inventory_hold", "UPDATE inventory_hold SET quantity = 0"),
    Guarded("hold_for_a_line_or_a_reference", "inventory_hold", HOLD_FOR_BOTH),
    Guarded("entry_balanced", "orders_journalentry", UNBALANCED),
    Guarded(
        "order_refunded_within_paid_and_none_negative",
        "orders_order",
        "UPDATE orders_order SET refunded_minor = paid_minor + 1",
    ),
    Guarded(
        "order_paid_at_iff_paid",
        "orders_order",
        "UPDATE orders_order SET paid_at = now(), business_day = current_date WHERE paid_at IS NULL",
    ),
    Guarded(
        "order_business_day_iff_paid",
        "orders_order",
        "UPDATE orders_order SET business_day = current_date WHERE paid_at IS NULL",
    ),
    Guarded(
        "order_paid_at_iff_paid",
        "orders_order",
        "UPDATE orders_order SET payment_status = 'partially_paid' WHERE paid_at IS NULL",
    ),
    Guarded(
        "order_wait_ends_only_while_unpaid",
        "orders_order",
        "UPDATE orders_order SET awaits_until = now() WHERE status = 'draft'",
    ),
    Guarded(
        "line_returned_within_shipped_within_quantity",
        "orders_orderline",
        "UPDATE orders_orderline SET returned_quantity = shipped_quantity + 1",
    ),
    Guarded(
        "line_backordered_within_remaining",
        "orders_orderline",
        "UPDATE orders_orderline SET backordered_quantity = quantity + 1, backordered_at = now()",
    ),
    Guarded("line_waits_since", "orders_orderline", "UPDATE orders_orderline SET backordered_at = now()"),
    Guarded(
        "line_backordered_within_remaining",
        "orders_orderline",
        "UPDATE orders_orderline SET cancelled_quantity = quantity + 1",
    ),
    Guarded(
        "command_settled_iff_outcome",
        "orders_command",
        "UPDATE orders_command SET settled_at = now() WHERE state = 'parked'",
    ),
    Guarded(
        "command_settled_iff_outcome",
        "orders_command",
        "UPDATE orders_command SET state = 'rejected' WHERE state = 'parked'",
    ),
    Guarded(
        "invoice_number_life",
        "orders_invoicenumber",
        "UPDATE orders_invoicenumber SET state = 'assigned' WHERE state = 'free'",
    ),
    Guarded(
        "invoice_number_life",
        "orders_invoicenumber",
        "UPDATE orders_invoicenumber SET state = 'void' WHERE state = 'free'",
    ),
]

NEVER_BACK = [
    Guarded(
        "invoice_number_goes_forward",
        "orders_invoicenumber",
        "UPDATE orders_invoicenumber SET state = 'free', order_id = NULL, assigned_at = NULL WHERE state = 'assigned'",
    ),
    Guarded(
        "invoice_number_goes_forward",
        "orders_invoicenumber",
        "UPDATE orders_invoicenumber SET state = 'void', voided_at = now(), void_reason = 'misprint', "
        "order_id = NULL, assigned_at = NULL WHERE state = 'assigned'",
    ),
    Guarded(
        "invoice_number_as_fetched",
        "orders_invoicenumber",
        "UPDATE orders_invoicenumber SET number = number || '-B' WHERE state = 'free'",
    ),
    Guarded("invoice_number_never_deleted", "orders_invoicenumber", "DELETE FROM orders_invoicenumber"),
]

ONLY_ONCE = [
    Guarded("command_key_once_per_terminal", "orders_command", SAME_COMMAND.format(terminal="terminal_id")),
    Guarded("level_once_per_product_and_location", "inventory_stocklevel", SECOND_LEVEL),
    Guarded("refill_open_once_per_store", "orders_invoicerefill", SECOND_REFILL),
    Guarded("invoice_number_once_per_store", "orders_invoicenumber", SAME_NUMBER),
    Guarded("orders_invoicenumber_order_id_key", "orders_invoicenumber", SECOND_NUMBER),
]


@pytest.fixture
def _a_day_of_business(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paid sale, a reserved order, a draft, and a parked command."""
    shop = open_shop()
    shop.sale(("TEA-80", 1))
    reserved = shop.order(("MUG-RED", 1))
    shop.submit(Kind.RESERVE, reserved)
    shop.order(("MUG-RED", 1))
    execute([])
    order_id, poisonous = shop.sale(("MUG-RED", 1))
    poison(monkeypatch, {poisonous})
    run([order_id])


@pytest.mark.parametrize(
    ("statements", "error"),
    [
        (APPEND_ONLY, psycopg.errors.RestrictViolation),
        (FROZEN_ONCE_PAID, psycopg.errors.RestrictViolation),
        (NEVER_BACK, psycopg.errors.RestrictViolation),
        (IMPOSSIBLE, psycopg.errors.CheckViolation),
        (ONLY_ONCE, psycopg.errors.UniqueViolation),
    ],
    ids=["append only", "frozen once paid", "never back", "impossible", "only once"],
)
@pytest.mark.usefixtures("_a_day_of_business")
def test_what_is_refused_by_its_guard_alone(
    statements: list[Guarded], error: type[psycopg.Error], subtests: pytest.Subtests
) -> None:
    refused(statements, error, subtests)


@pytest.mark.usefixtures("_a_day_of_business")
def test_commands_of_tasks_share_one_scope_of_keys() -> None:
    """They have no terminal, and NULL is no escape from the unique key."""
    task = Guarded("command_key_once_per_terminal", "orders_command", SAME_COMMAND.format(terminal="NULL"))
    with transaction.atomic():
        cursor().execute(task.statement.encode())
    assert refusal(task, guarded=True) is psycopg.errors.UniqueViolation


@pytest.mark.usefixtures("_a_day_of_business")
def test_a_paid_order_is_never_deleted() -> None:
    with pytest.raises(psycopg.errors.RestrictViolation, match="is paid"):
        cursor().execute("DELETE FROM orders_order WHERE paid_at IS NOT NULL")
