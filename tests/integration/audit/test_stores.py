"""The audit names rows that belong together and are of two stores, whichever they are."""

import pytest
from django.utils import timezone

from base.sql.laws import Walk
from base.sql.sets import cursor
from inventory.db.taxes import edit_tax
from inventory.models import StockLevel
from orders.audit.db.stores import LAW, OF_COMMANDS, OF_LEVELS, OF_ORDERS, OF_POOLS, Pair, of_one_store
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.db.void import void
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.journal.db.attempts import park
from orders.journal.db.repair import dismiss
from orders.models import InvoiceNumber, JournalEntry, PaymentInstruction, Repair, VoidNotice
from tests.support.accounting.paper_books import PaperBooks
from tests.support.samples.special_sales import sell_online, sell_unknown
from tests.support.shop.drifts import broken_by
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop
from workers.low_stock import report_low_stock

PAIRS = (*OF_LEVELS, *OF_ORDERS, *OF_COMMANDS, *OF_POOLS)


@pytest.fixture(scope="module")
def _a_row_of_each(module_database: str) -> None:
    shop = open_shop(numbers=0)
    refill_invoice_pool(PaperBooks())
    sold, held = shop.sale(("TEA-80", 1))[0], shop.order(("MUG-RED", 1), fulfilment="shipment")
    shop.submit(Kind.RESERVE, held)
    execute([sold, held])
    sell_online(shop)
    sell_unknown(shop)
    shop.submit(Kind.CANCEL, sold)
    execute([sold])
    StockLevel.objects.update(reorder_point=100)
    report_low_stock()
    _, given_up = shop.sale()
    park(given_up, "AssertionError")
    dismiss(shop.store_id, given_up, by="olga", reason="torn")
    number = InvoiceNumber.objects.filter(state="free").latest("id")
    void(store_id=shop.store_id, number=number.number, reason="torn", voided_by="olga", now=timezone.now())
    entry, instruction = JournalEntry.objects.earliest("id"), PaymentInstruction.objects.earliest("id")
    notice = VoidNotice.objects.get()
    for repaired in ({"entry": entry}, {"instruction": instruction}, {"notice": notice}):
        Repair.objects.create(store_id=shop.store_id, act="retry", by="olga", at=timezone.now(), **repaired)
    edit_tax(shop.store_id, "std", {"name": "VAT", "rate": "20"})
    cursor().execute(
        "INSERT INTO inventory_store (code, name, currency, time_zone, day_starts_at, created_at) "
        "SELECT 'other', 'Other', currency, time_zone, day_starts_at, created_at FROM inventory_store"
    )
    assert audit() == []


@pytest.mark.usefixtures("_a_row_of_each")
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]} by {pair[1]}")
def test_rows_of_two_stores(pair: Pair) -> None:
    """By this pair, and by no other law."""
    table, column, _ = pair
    id_ = {"orders_voidnotice": "number_id", "orders_creditnote": "command_id"}.get(table, "id")
    one = f"(SELECT {id_} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 1)"
    moved = f"UPDATE {table} SET store_id = (SELECT max(id) FROM inventory_store) WHERE {id_} = {one}"
    alone = Walk(name="pair", first="SELECT 0", next="SELECT 0 LIMIT 0", laws=of_one_store([pair]))
    assert broken_by(moved, walks=[alone]) == {LAW}
    assert broken_by(moved) == {LAW}
