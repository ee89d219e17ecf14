"""What PostgreSQL refuses of refills, postings and accounts: each statement as it is, and again without its guard."""

import psycopg
import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.commands.core.machine import Kind
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import Account
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

NUMBERS, ENTRIES, REFILLS = "orders_invoicenumber", "orders_journalentry", "orders_invoicerefill"

REFILL_OF_NOTHING = f"""
    INSERT INTO {REFILLS} (id, store_id, count, requested_at, attempts, next_attempt_at, last_error)
    SELECT gen_random_uuid(), id, 0, now(), 0, now(), '' FROM inventory_store
"""

NEVER_BACK = [
    Guarded("invoice_number_goes_forward", NUMBERS, f"UPDATE {NUMBERS} SET posted_at = now() WHERE state = 'posted'"),
    Guarded(
        "invoice_number_goes_forward",
        NUMBERS,
        f"UPDATE {NUMBERS} SET state = 'assigned', posted_at = NULL WHERE state = 'posted'",
    ),
    Guarded(
        "invoice_number_goes_forward",
        NUMBERS,
        f"UPDATE {NUMBERS} SET order_id = (SELECT id FROM orders_order WHERE paid_at IS NULL) "
        "WHERE state = 'assigned' AND credit_note_id IS NULL",
    ),
    Guarded("entry_final_once_posted", ENTRIES, f"UPDATE {ENTRIES} SET accounting_reference = 'X' WHERE kind = 'sale'"),
    Guarded("entry_append_only", ENTRIES, f"UPDATE {ENTRIES} SET kind = 'return' WHERE state = 'pending'"),
    Guarded("entry_append_only", ENTRIES, f"UPDATE {ENTRIES} SET store_id = -1 WHERE state = 'pending'"),
    Guarded("entry_append_only", ENTRIES, f"UPDATE {ENTRIES} SET created_at = now() WHERE state = 'pending'"),
    Guarded("entry_never_deleted", ENTRIES, f"DELETE FROM {ENTRIES} WHERE state = 'pending'"),
    Guarded("invoice_number_as_fetched", NUMBERS, f"UPDATE {NUMBERS} SET fetched_at = now() WHERE state = 'free'"),
    Guarded("invoice_number_as_fetched", NUMBERS, f"UPDATE {NUMBERS} SET refill_id = NULL WHERE state = 'free'"),
    Guarded(
        "invoice_number_goes_forward", NUMBERS, f"UPDATE {NUMBERS} SET assigned_at = now() WHERE state = 'assigned'"
    ),
    Guarded("invoice_number_goes_forward", NUMBERS, f"UPDATE {NUMBERS} SET command_id = NULL WHERE state = 'assigned'"),
    Guarded("refill_as_asked", REFILLS, f"UPDATE {REFILLS} SET count = 9"),
    Guarded("refill_answer_stays", REFILLS, f"UPDATE {REFILLS} SET answered = '[]'"),
    Guarded("refill_answer_stays", REFILLS, f"UPDATE {REFILLS} SET stored_count = 0"),
]

IMPOSSIBLE = [
    Guarded("entry_life", ENTRIES, f"UPDATE {ENTRIES} SET posted_at = now() WHERE state = 'pending'"),
    Guarded("entry_life", ENTRIES, f"UPDATE {ENTRIES} SET state = 'posted' WHERE state = 'pending'"),
    Guarded("entry_life", ENTRIES, f"UPDATE {ENTRIES} SET state = 'parked' WHERE state = 'pending'"),
    Guarded("refill_fetched_before_stored", REFILLS, f"UPDATE {REFILLS} SET fetched_at = NULL"),
    Guarded("refill_count_positive", REFILLS, REFILL_OF_NOTHING),
    Guarded("pool_nothing_negative", "orders_invoicepool", "UPDATE orders_invoicepool SET posted = -1"),
    Guarded("account_name_known", "orders_account", "UPDATE orders_account SET name = 'petty cash'"),
    Guarded("account_not_empty", "orders_account", "UPDATE orders_account SET account = ''"),
]

ONLY_ONCE = [
    Guarded(
        "account_once_per_store",
        "orders_account",
        "INSERT INTO orders_account (store_id, name, account) SELECT store_id, name, '2' FROM orders_account",
    ),
]


@pytest.fixture
def _posted_sales(own_database: str) -> None:
    """One sale is posted and cancelled since, one is numbered and one order is not paid."""
    shop, books = open_shop(numbers=0), PaperBooks()
    refill_invoice_pool(books)
    order_id, _ = shop.sale(("POSTAGE", 1))
    execute([order_id])
    relay_outbox(books)
    shop.submit(Kind.CANCEL, order_id)
    numbered, _ = shop.sale(("POSTAGE", 1))
    execute([order_id, numbered])
    shop.order(("POSTAGE", 1))
    Account.objects.create(store_id=shop.store_id, name="cash", account="1000")


@pytest.mark.parametrize(
    ("statements", "error"),
    [
        (NEVER_BACK, psycopg.errors.RestrictViolation),
        (IMPOSSIBLE, psycopg.errors.CheckViolation),
        (ONLY_ONCE, psycopg.errors.UniqueViolation),
    ],
    ids=["never back", "impossible", "only once"],
)
@pytest.mark.usefixtures("_posted_sales")
def test_what_is_refused_by_its_guard_alone(
    statements: list[Guarded], error: type[psycopg.Error], subtests: pytest.Subtests
) -> None:
    refused(statements, error, subtests)
