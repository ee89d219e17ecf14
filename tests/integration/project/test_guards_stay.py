"""What is over stays over, and what others know a thing by stays: each statement is tried as it is, and again without
its guard."""

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from inventory.db.taxes import edit_tax
from inventory.models import LowStock, Shortfall, StockLevel, Store
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing.db.void import void
from orders.models import InvoiceNumber, JournalEntry, Repair, TerminalKey
from orders.terminals.db.keys import create_terminal, revoke_terminal
from tests.support.shop.guards import Guarded, refusal, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, open_shop
from workers.low_stock import report_low_stock

ORDERS, LINES, TERMINALS, KEYS = "orders_order", "orders_orderline", "orders_terminal", "orders_terminalkey"
STORES, PLACES, PRODUCTS, HOLDS = (f"inventory_{name}" for name in ("store", "location", "product", "hold"))
SHORTFALLS, REPORTS, NUMBERS = "inventory_shortfall", "inventory_lowstock", "orders_invoicenumber"
TAXES, RATES = "inventory_tax", "inventory_taxrate"
RESERVED = "WHERE status = 'processing'"

STAYS = [
    Guarded("order_goes_forward", ORDERS, f"UPDATE {ORDERS} SET status = 'processing' WHERE status = 'paid'"),
    Guarded(
        "line_removed_from_drafts_only",
        LINES,
        f"DELETE FROM {LINES} WHERE order_id IN (SELECT id FROM {ORDERS} {RESERVED})",
    ),
    Guarded("order_amounts_of_drafts_only", ORDERS, f"UPDATE {ORDERS} SET taxes = '[1]' {RESERVED}"),
    Guarded("order_exempt_as_created", ORDERS, f"UPDATE {ORDERS} SET tax_exempt = true WHERE status = 'draft'"),
    Guarded("tax_stays_what_it_is", TAXES, f"UPDATE {TAXES} SET code = code || '-b'"),
    Guarded("tax_rate_stays_whose_it_is", RATES, f"UPDATE {RATES} SET valid_from = valid_from - 1"),
    Guarded("tax_rate_never_deleted", RATES, f"DELETE FROM {RATES}"),
    Guarded("terminal_stays_itself", TERMINALS, f"UPDATE {TERMINALS} SET created_at = now()"),
    Guarded(
        "terminal_revoked_for_good", TERMINALS, f"UPDATE {TERMINALS} SET revoked_at = NULL WHERE revoked_at IS NOT NULL"
    ),
    Guarded("key_as_given", KEYS, f"UPDATE {KEYS} SET key_hash = sha256(key_hash)"),
    Guarded("key_ends_for_good", KEYS, f"UPDATE {KEYS} SET valid_until = NULL WHERE valid_until IS NOT NULL"),
    Guarded("store_stays_what_it_is", STORES, f"UPDATE {STORES} SET code = code || '-b'"),
    Guarded("store_left_for_good", STORES, f"UPDATE {STORES} SET left_at = NULL WHERE left_at IS NOT NULL"),
    Guarded("location_stays_what_it_is", PLACES, f"UPDATE {PLACES} SET code = code || '-b'"),
    Guarded("hold_since_it_was_made", HOLDS, f"UPDATE {HOLDS} SET created_at = now()"),
    Guarded("shortfall_never_deleted", SHORTFALLS, f"DELETE FROM {SHORTFALLS}"),
    *(
        Guarded("shortfall_as_reported", SHORTFALLS, f"UPDATE {SHORTFALLS} SET {column}")
        for column in ("quantity = 9", "reported_at = now()", "order_id = command_id")
    ),
    *(
        Guarded("shortfall_seen_to_once", SHORTFALLS, f"UPDATE {SHORTFALLS} SET {column}")
        for column in ("acknowledged_by = 'other'", "acknowledged_at = NULL")
    ),
    Guarded("low_stock_as_reported", REPORTS, f"UPDATE {REPORTS} SET available = 9"),
    Guarded("low_stock_seen_to_once", REPORTS, f"UPDATE {REPORTS} SET recovered_at = NULL"),
    Guarded(
        "invoice_number_void_before_a_sale", NUMBERS, f"UPDATE {NUMBERS} SET void_reason = 'x' WHERE state = 'assigned'"
    ),
    Guarded("void_notice_as_written", "orders_voidnotice", "UPDATE orders_voidnotice SET reason = 'other'"),
]
NEVER_GONE = Guarded("order_never_deleted", ORDERS, f"DELETE FROM {ORDERS} WHERE status = 'draft'")
KEEPS_ITS_ID = Guarded("product_keeps_its_id", PRODUCTS, f"UPDATE {PRODUCTS} SET id = id + 1000000")
OF_TWO = Guarded(
    "repair_of_one_thing",
    "orders_repair",
    """
    INSERT INTO orders_repair (store_id, command_id, entry_id, act, by, reason, at)
    SELECT store_id, command_id, (SELECT id FROM orders_journalentry LIMIT 1), 'retry', by, '', at
    FROM orders_repair WHERE command_id IS NOT NULL
""",
)


@pytest.fixture
def _a_day_of_business(own_database: str) -> None:
    """A sale of more than there was, a reserved order, a draft, a void number, a revoked terminal, an ending key; a
    store that has left."""
    shop = open_shop()
    edit_tax(shop.store_id, "std", {"name": "VAT", "rate": "20"})
    sold, reserved = shop.order(("TEA-80", 11)), shop.order(("MUG-RED", 1))
    paid = shop.submit(
        Kind.PAY, sold, tenders=[{"method": "cash", "amount_minor": 11 * PRICE_MINOR}], shortage="record"
    )
    shop.submit(Kind.RESERVE, reserved)
    execute([sold, reserved])
    shop.order(("MUG-RED", 1))
    StockLevel.objects.update(reorder_point=100)
    report_low_stock()
    now = timezone.now()
    Shortfall.objects.update(acknowledged_at=now, acknowledged_by="olga")
    LowStock.objects.update(recovered_at=now)
    number = InvoiceNumber.objects.filter(state="free").earliest("id")
    void(store_id=shop.store_id, number=number.number, reason="torn", voided_by="olga", now=now)
    create_terminal(store_id=shop.store_id, name="gone", role=Role.POS)
    TerminalKey.objects.filter(terminal__name="gone").update(valid_until=now)
    revoke_terminal(store_id=shop.store_id, name="gone")
    Repair.objects.create(store_id=shop.store_id, command_id=paid, act="retry", by="olga", at=now)
    gone = open_shop("moved").store_id
    Store.objects.filter(pk=gone).update(leaving_at=now, left_at=now, leaving_word="a word")
    assert JournalEntry.objects.exists()


@pytest.mark.usefixtures("_a_day_of_business")
def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    refused(STAYS, psycopg.errors.RestrictViolation, subtests)
    refused([OF_TWO], psycopg.errors.CheckViolation, subtests)


@pytest.mark.usefixtures("_a_day_of_business")
@pytest.mark.parametrize("one", [NEVER_GONE, KEEPS_ITS_ID])
def test_what_others_refer_to_is_refused_by_its_guard_before_they_are_asked(one: Guarded) -> None:
    assert refusal(one, guarded=True) is psycopg.errors.RestrictViolation
    with pytest.raises(IntegrityError, match="foreign key"):
        refusal(one, guarded=False)
