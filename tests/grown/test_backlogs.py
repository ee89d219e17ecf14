"""What is asked every few seconds, by whoever watches and on the admin's first page reads no more of a backlog than it
takes of it, however long that is: of each kind of thing that can wait, a hundred thousand more than a shop has."""

from datetime import datetime
from functools import partial
from uuid import UUID

import pytest

from base.sql.sets import cursor
from benchmarks.grown.rows import BOUGHT, LISTED, ORDER, uuid
from inventory.db import low_stock
from inventory.db.low_stock import LowStockLook, close_recovered, report_low
from orders.invoicing.db import refill
from orders.invoicing.db.late_sales import are_some_waiting, lock_waiting_sales, stores_waiting
from orders.invoicing.outside.refill import is_some_pool_below_low_mark, pools_below_low_mark
from orders.journal.db.reads import looks
from orders.journal.db.sweep import due
from orders.sales.db.backorders import are_some_servable, servable
from orders.sales.db.expire import BEGIN, Place, known, lapsed
from tests.support.grown.backlogs import MANY, NOW, SEVERAL_ROWS, of
from tests.support.grown.plans import held, watched

BATCH = 500
BLOCKS_OF_AN_ORDER_MAX = 8
"""Its row, and the index of its holds."""
AWAITED = 1_000

LAPSED = f"""
    INSERT INTO inventory_hold (id, store_id, level_id, quantity, reference, expires_at, created_at)
    SELECT ('0188' || lpad(to_hex(n), 28, '0'))::uuid, 1, 1, 1, 'web-' || n, now() - interval '1 h', now()
    FROM generate_series(1, {MANY}) AS n
"""
# Beyond that of the holds: what waits, and holds nothing.
WAITING = f"""
    UPDATE orders_order SET awaits_until = now() - interval '1 h', backordered_at = created_at, status = 'processing',
        payment_status = 'unpaid', paid_at = NULL, business_day = NULL, paid_minor = 0, invoice_pending = false
    WHERE number IN (SELECT number FROM orders_order WHERE status = 'paid' AND refunded_minor = 0 LIMIT {MANY})
"""
UNNUMBERED = f"""
    UPDATE orders_order SET invoice_pending = true
    WHERE number IN (SELECT number FROM orders_order WHERE status = 'paid' AND store_id = 1 LIMIT {MANY})
"""
STORES = """
    INSERT INTO inventory_store (code, name, currency, time_zone, day_starts_at, hold_expires_s, created_at)
    SELECT 'chain-' || n, 'Chain', 'GBP', 'UTC', '00:00', 0, now() FROM generate_series(1, 10000) AS n
"""
PENDING = f"""
    UPDATE orders_command SET state = 'pending', blocked_by_id = NULL, outcome_code = NULL, settled_at = NULL,
        ring_at = now() + interval '1 h'
    WHERE seq <= {MANY}
"""
# Of a thousand products that nobody bought before; some of every hundredth came.
BACKORDERS = f"""
    INSERT INTO inventory_stocklevel (id, store_id, product_id, location_id, on_hand, reserved)
    SELECT id, 1, id, 1, CASE WHEN id % 100 = 0 THEN 3 ELSE 0 END, 0 FROM inventory_product
    WHERE id BETWEEN {BOUGHT + 1} AND {BOUGHT + AWAITED};
    INSERT INTO orders_orderline (id, order_id, store_id, product_id, position, sku, name, tracks_stock, quantity,
        unit_price_minor, list_price_minor, net_minor, shipped_quantity, returned_quantity, backordered_quantity,
        backordered_at)
    SELECT ('0188' || lpad(to_hex(n), 28, '0'))::uuid, {uuid("n", of=ORDER)}, 1, {BOUGHT + 1} + n % {AWAITED}, 1, '',
        '', true, 2, 250, 250, 500, 0, 0, 2, now() - n * interval '1 s'
    FROM generate_series(1, {MANY}) AS n
"""

# Products that nobody bought get a level, and nothing is low but the last one.
REORDERED = f"""
    INSERT INTO inventory_stocklevel (id, store_id, product_id, location_id, on_hand, reserved, reorder_point)
    SELECT id, 1, id, 1, CASE WHEN id = {BOUGHT + LISTED} THEN 0 ELSE 20 END, 0, 10
    FROM inventory_product WHERE id > {BOUGHT}
"""
REPORTED = f"""
    {REORDERED};
    INSERT INTO inventory_lowstock (store_id, level_id, available, reorder_point, reported_at, acknowledged_by)
    SELECT 1, id, 5, 10, now(), '' FROM inventory_stocklevel WHERE id > {BOUGHT} OR on_hand - reserved <= reorder_point
"""


@pytest.mark.usefixtures("backlog")
@of(LAPSED)
def test_lapsed_holds() -> None:
    assert held(partial(looks.are_holds_lapsed, NOW))
    first = held(partial(lapsed, BEGIN, now=NOW, limit=BATCH))
    assert (len(first.references), first.orders) == (BATCH, [])
    far_down = partial(lapsed, _place_at(MANY - BATCH - 1), now=NOW, limit=BATCH)
    assert len(held(far_down).references) == BATCH
    assert held(partial(known, [f"expire:1:{n}" for n in range(BATCH)])) == {}


@pytest.mark.usefixtures("backlog")
@of(WAITING)
def test_waits_for_stock_that_are_over() -> None:
    assert held(partial(looks.are_holds_lapsed, NOW))
    first = held(partial(lapsed, BEGIN, now=NOW, limit=BATCH), blocks_max=BLOCKS_OF_AN_ORDER_MAX * BATCH)
    assert (len(first.orders), first.references) == (BATCH, [])
    assert first.then
    then = held(partial(lapsed, first.then, now=NOW, limit=BATCH), blocks_max=BLOCKS_OF_AN_ORDER_MAX * BATCH)
    assert len(then.orders) == BATCH


@pytest.mark.usefixtures("backlog")
@of(UNNUMBERED)
def test_sales_that_wait_for_a_number() -> None:
    assert held(are_some_waiting)
    assert held(stores_waiting) == [1]
    assert len(held(partial(lock_waiting_sales, 1, BATCH))) == BATCH
    assert held(partial(lock_waiting_sales, 2, BATCH)) == []
    reads = partial(refill.request, store_id=1, refill_id=UUID(int=1), low=50, target=250, count_max=2_000, now=NOW)
    held(reads)
    assert cursor().execute("SELECT count FROM orders_invoicerefill WHERE stored_at IS NULL").fetchall() == [(2_000,)]


@pytest.mark.usefixtures("backlog")
@of(PENDING)
def test_commands_that_were_rung_for() -> None:
    assert not held(partial(looks.are_commands_due, NOW))
    assert held(partial(due, now=NOW, limit=BATCH)) == []


@pytest.mark.usefixtures("backlog")
@of(STORES)
def test_many_stores() -> None:
    pages = []
    some = held(partial(refill.stores, after=0, limit=BATCH))
    while some:
        pages.append(len(some))
        some = refill.stores(after=some[-1][0], limit=BATCH)
    assert (sum(pages), max(pages)) == (10_004, BATCH)
    assert is_some_pool_below_low_mark()
    held(partial(pools_below_low_mark, range(1, 201)))


@pytest.mark.usefixtures("backlog")
@of(BACKORDERS)
def test_orders_that_wait_for_stock() -> None:
    """Of three that came the two oldest get some; what the other 99,980 wait for costs a look at each product."""
    assert held(partial(are_some_servable, NOW))
    found = held(lambda: [turn for turns in servable(now=NOW) for turn in turns])
    assert len(found) == 2 * AWAITED // 100
    assert {turn.since for turn in found} == set(_oldest_of_those_that_came(2))


@pytest.mark.usefixtures("backlog")
@of(REORDERED)
def test_levels_with_a_reorder_point() -> None:
    """The last one is low. Each look goes through some, and on from there."""
    look, looks = LowStockLook(levels=BOUGHT), 1
    with watched() as went:
        while not look(NOW):
            looks += 1
    assert looks == LISTED // low_stock.LOOKED_AT
    assert len(went) <= looks * (2 * low_stock.LOOKED_AT // low_stock.BATCH + 2)
    reported = [sku for new in report_low(now=NOW) for sku, *_ in new]
    assert (len(reported), reported[-1]) == (5, f"SKU-{BOUGHT + LISTED}")
    assert not is_some_found()
    assert held(lambda: [new for new in report_low(now=NOW) if new], rows_max=SEVERAL_ROWS) == []


@pytest.mark.usefixtures("backlog")
@of(REPORTED)
def test_levels_that_recovered() -> None:
    assert held(partial(LowStockLook(), NOW), rows_max=SEVERAL_ROWS)
    # Each report that is closed leaves one index and enters others.
    per_report = 60
    with watched() as went:
        assert close_recovered(now=NOW) == MANY - 1
    assert max(one.blocks for one in went) < per_report * low_stock.BATCH
    assert not is_some_found()


@pytest.mark.usefixtures("backlog")
@of(REORDERED)
def test_a_sale_changes_no_index_of_its_levels() -> None:
    """Not even of those with a reorder point."""
    updated = "SELECT n_tup_upd - n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'inventory_stocklevel'"
    before = cursor().execute(updated).fetchall()
    for _ in range(2):
        cursor().execute("UPDATE inventory_stocklevel SET on_hand = 30, reserved = 1 WHERE id = %s", [BOUGHT + LISTED])
    assert cursor().execute(updated).fetchall() == before


def is_some_found() -> bool:
    """By looks that go through all levels and reports."""
    look = LowStockLook()
    return any(look(NOW) for _ in range(LISTED // low_stock.LOOKED_AT + 1))


def _place_at(count: int) -> Place:
    found = cursor().execute(
        "SELECT expires_at, id FROM inventory_hold ORDER BY expires_at, id OFFSET %s LIMIT 1", [count]
    )
    return Place(*found.fetchall()[0])


def _oldest_of_those_that_came(each: int) -> list[datetime]:
    sql = """
        SELECT backordered_at FROM (
            SELECT backordered_at, row_number() OVER (PARTITION BY product_id ORDER BY backordered_at) AS position
            FROM orders_orderline WHERE backordered_quantity > 0 AND product_id > %s AND product_id %% 100 = 0
        ) AS waiting WHERE position <= %s
    """
    return [since for (since,) in cursor().execute(sql, [BOUGHT, each])]
