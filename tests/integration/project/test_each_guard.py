"""Every guard of the database is tried in some test; here those that no other one tries: each statement as it is, and
again without its guard."""

import re
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError

from base.sql.sets import cursor
from tests.support.samples.a_row_of_each import shop_with_a_row_of_each
from tests.support.shop.guards import Guarded, refusal, refused

ORDERS, LINES, PAYMENTS, COMMANDS, ENTRIES, ASKED, NOTICES = (
    f"orders_{name}"
    for name in ("order", "orderline", "payment", "command", "journalentry", "authorization", "voidnotice")
)
DRAWERS, MOVED_CASH, CLOSINGS, TERMINALS, KEYS = (
    f"orders_{name}" for name in ("drawer", "drawermovement", "closing", "terminal", "terminalkey")
)
STORES, PRODUCTS, RATES, TAXES, MOVEMENTS = (
    f"inventory_{name}" for name in ("store", "product", "taxrate", "tax", "stockmovement")
)


def copied(table: str, columns: str, **changed: str) -> str:
    """One more row like the first that there is, but for what is changed; `where`: of those."""
    where = changed.pop("where", "true")
    values = ", ".join(changed.get(name, name) for name in columns.split())
    names = ", ".join(columns.split())
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where} LIMIT 1"


NEW = "gen_random_uuid()"
LINE = "id order_id store_id product_id position sku name tracks_stock quantity unit_price_minor list_price_minor \
net_minor tax_rate shipped_quantity returned_quantity"
PAYMENT = "id store_id order_id command_id kind method amount_minor tendered_minor reference created_at"
COMMAND = "id store_id terminal_id issued_by key fingerprint kind order_id drawer_id payload state attempts last_error \
ring_at accepted_at"
ORDER = "id number store_id created_by status payment_status payment_terms fulfilment currency total_minor paid_minor \
refunded_minor reference fingerprint invoice_pending created_at"
ENTRY = "id store_id order_id closing_id command_id kind currency day postings created_at"
AUTHORIZATION = "id store_id order_id command_id position provider token currency amount_minor requested_at"
CLOSING = "id store_id terminal_id number command_id opened_seq closed_seq closed_at figures hash"
MOVEMENT = "store_id level_id location_id kind quantity_change reserved_change quantity_after reserved_after \
created_by created_at reference reason"
PRODUCT = "store_id sku gtin name price_minor currency tracks_stock created_at updated_at"
FINDING = "law subject detail found_at seen_at"
OF_DRAFT = "order_id IN (SELECT id FROM orders_order WHERE status = 'draft')"
SPARE = "(SELECT id FROM orders_terminal WHERE name = 'spare')"

STAYS = [
    Guarded(
        "drawer_movement_append_only",
        MOVED_CASH,
        f"UPDATE {MOVED_CASH} SET amount_minor = 1 WHERE closing_id IS NULL",
    ),
    Guarded("refill_never_deleted", "orders_invoicerefill", "DELETE FROM orders_invoicerefill"),
    Guarded("repair_append_only", "orders_repair", "UPDATE orders_repair SET by = 'other'"),
    Guarded("repair_append_only", "orders_repair", "DELETE FROM orders_repair"),
    Guarded("tax_never_deleted", TAXES, f"DELETE FROM {TAXES} WHERE code = 'bare'"),
    Guarded("void_notice_final_once_told", NOTICES, f"UPDATE {NOTICES} SET told_at = NULL"),
    Guarded("void_notice_final_once_told", NOTICES, f"UPDATE {NOTICES} SET attempts = 9"),
    Guarded("void_notice_never_deleted", NOTICES, f"DELETE FROM {NOTICES}"),
]

IMPOSSIBLE = [
    Guarded("terminal_code_ends", TERMINALS, f"UPDATE {TERMINALS} SET code_valid_until = now()"),
    Guarded(
        "closing_after_opening",
        CLOSINGS,
        copied(CLOSINGS, CLOSING, id=NEW, command_id=NEW, terminal_id=SPARE, opened_seq="closed_seq"),
    ),
    Guarded(
        "order_discount_and_tax_make_sense", ORDERS, f"UPDATE {ORDERS} SET exempted_minor = 1 WHERE status = 'draft'"
    ),
    Guarded(
        "entry_of_order_or_closing",
        ENTRIES,
        copied(ENTRIES, ENTRY, id=NEW, kind="'closing'", where="order_id IS NOT NULL"),
    ),
    Guarded(
        "command_of_drawer",
        COMMANDS,
        copied(COMMANDS, COMMAND, id=NEW, key="'d'", state="'pending'", drawer_id="terminal_id", where="kind = 'pay'"),
    ),
    Guarded("authorization_of_something", ASKED, copied(ASKED, AUTHORIZATION, id=NEW, position="9", amount_minor="0")),
    *(
        Guarded(guard, LINES, copied(LINES, LINE, id=NEW, position="9", where=OF_DRAFT, **changed))
        for guard, changed in (
            ("line_price_not_negative", {"list_price_minor": "-1"}),
            ("line_net_within_amount_less_discount", {"net_minor": "net_minor + 1"}),
            ("line_tax_iff_code", {"tax_rate": "20"}),
        )
    ),
    Guarded(
        "payment_within_tendered",
        PAYMENTS,
        copied(PAYMENTS, PAYMENT, id=NEW, kind="'tender'", method="'cash'", amount_minor="2", tendered_minor="1"),
    ),
    Guarded("drawer_nothing_negative", DRAWERS, f"UPDATE {DRAWERS} SET float_minor = -1"),
    Guarded(
        "counter_not_negative",
        "orders_invoicecounter",
        f"INSERT INTO orders_invoicecounter (store_id, drawn) SELECT id, -1 FROM {STORES}",
    ),
    Guarded(
        "shortfall_quantity_positive",
        "inventory_shortfall",
        copied(
            "inventory_shortfall",
            "store_id level_id quantity order_id command_id reported_at acknowledged_by",
            quantity="0",
        ),
    ),
    Guarded("product_price_not_negative", PRODUCTS, f"UPDATE {PRODUCTS} SET price_minor = -1"),
    Guarded("product_decimals_known", PRODUCTS, f"UPDATE {PRODUCTS} SET quantity_decimals = 4"),
    Guarded("tax_rate_is_a_percentage", RATES, f"UPDATE {RATES} SET rate = 101"),
    Guarded("store_hold_expires_not_negative", STORES, f"UPDATE {STORES} SET hold_expires_s = -1"),
    Guarded("store_cash_rounding_positive", STORES, f"UPDATE {STORES} SET cash_rounding_minor = 0"),
    Guarded("store_leaves_with_a_word", STORES, f"UPDATE {STORES} SET left_at = now()"),
    Guarded("store_discount_limit_is_a_percentage", STORES, f"UPDATE {STORES} SET pos_discount_limit_percent = 101"),
    Guarded(
        "movement_reserved_within_on_hand",
        MOVEMENTS,
        copied(MOVEMENTS, MOVEMENT, reserved_after="quantity_after + 1"),
    ),
]

ONLY_ONCE = [
    Guarded("order_number_once_per_store", ORDERS, copied(ORDERS, ORDER, id=NEW, where="status = 'draft'")),
    Guarded("terminal_name_once_per_store", TERMINALS, copied(TERMINALS, "store_id name role created_at")),
    Guarded("closing_number_once_per_terminal", CLOSINGS, copied(CLOSINGS, CLOSING, id=NEW, command_id=NEW)),
    Guarded(
        "entry_once_per_closing",
        ENTRIES,
        copied(ENTRIES, ENTRY, id=NEW, command_id=NEW, where="closing_id IS NOT NULL"),
    ),
    Guarded(
        "key_newest_once_per_terminal",
        KEYS,
        copied(KEYS, "terminal_id key_hash hint created_at", key_hash="sha256(key_hash)", where="valid_until IS NULL"),
    ),
    Guarded("finding_once_per_law_and_subject", "orders_auditfinding", copied("orders_auditfinding", FINDING)),
    Guarded("product_sku_once_per_store", PRODUCTS, copied(PRODUCTS, PRODUCT, gtin="''")),
    Guarded(
        "product_gtin_once_per_store",
        PRODUCTS,
        copied(PRODUCTS, PRODUCT, sku="'OTHER'", gtin="'0' || gtin", where="gtin <> ''"),
    ),
    Guarded(
        "low_stock_open_once_per_level",
        "inventory_lowstock",
        copied("inventory_lowstock", "store_id level_id available reorder_point reported_at acknowledged_by"),
    ),
    Guarded(
        "location_code_once_per_store",
        "inventory_location",
        copied("inventory_location", "store_id code name priority"),
    ),
    Guarded("tax_rate_once_a_day", RATES, copied(RATES, "store_id tax_id valid_from rate")),
]
A_ZONE = Guarded("store_time_zone_known", STORES, f"UPDATE {STORES} SET time_zone = 'Mars/Olympus'")
ONCE_PAID = Guarded("order_never_deleted_once_paid", ORDERS, f"DELETE FROM {ORDERS} WHERE paid_at IS NOT NULL")
A_TAX = Guarded("tax_code_once_per_store", TAXES, copied(TAXES, "store_id code name account"))

# Django itself names the indexes of columns that are unique alone, by their table.
GUARDS = r"""
    WITH ours AS (SELECT oid, relname FROM pg_class WHERE relname LIKE 'orders\_%' OR relname LIKE 'inventory\_%')
    SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND proname LIKE 'ringup\_refuse%' AND tgtype & 32 = 0
    UNION ALL
    SELECT conname FROM pg_constraint JOIN ours ON ours.oid = conrelid
    WHERE contype = 'c' AND conname NOT LIKE '%\_known'
    UNION ALL
    SELECT index.relname FROM pg_index JOIN ours ON ours.oid = indrelid JOIN pg_class AS index ON index.oid = indexrelid
    WHERE indisunique AND NOT indisprimary AND NOT starts_with(index.relname, ours.relname)
"""


@pytest.fixture
def _a_row_of_each(own_database: str) -> None:
    shop_with_a_row_of_each()


@pytest.mark.usefixtures("_a_row_of_each")
def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    refused(STAYS, psycopg.errors.RestrictViolation, subtests)
    refused(IMPOSSIBLE, psycopg.errors.CheckViolation, subtests)
    refused(ONLY_ONCE, psycopg.errors.UniqueViolation, subtests)
    refused([A_ZONE], psycopg.errors.InvalidParameterValue, subtests)
    assert refusal(A_TAX, guarded=True) is psycopg.errors.UniqueViolation, "products refer to it"
    assert refusal(ONCE_PAID, guarded=True) is psycopg.errors.RestrictViolation
    with pytest.raises(IntegrityError, match="foreign key"):
        refusal(ONCE_PAID, guarded=False)


@pytest.mark.usefixtures("own_database")
def test_every_guard_is_tried_somewhere_here() -> None:
    """Also one that comes later. What knows the words of the core is held against them elsewhere."""
    rooms = Path(__file__).parents[2]
    tests = "".join(path.read_text() for path in rooms.rglob("test_*.py"))
    guards = {name for (name,) in cursor().execute(GUARDS.encode())}
    assert len(guards) > 100
    tried = set(re.findall(r"Guarded\(\s*\"(\w+)\"", tests)) | set(re.findall(r"\(\"(\w+)\", \{\"", tests))
    assert sorted(guards - tried) == []
