"""What is asked every few seconds, by whoever watches and on the admin's first page reads no more of a backlog than it
takes of it, however long that is: of each kind of thing that can wait, a hundred thousand more than a shop has."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from base.sql.sets import cursor
from orders.invoicing.db import refill
from orders.invoicing.db.late_sales import are_sales_waiting, lock_waiting, stores_waiting
from orders.invoicing.outside.refill import is_some_store_thirsty, pools_below_low_mark
from orders.journal.db import looks
from orders.journal.db.sweep import due
from orders.sales.db.expire import BEGIN, Place, known, lapsed
from tests.support.grown.plans import held

MANY = 100_000
BATCH = 500
NOW = timezone.now()

# Guards look at each row, and nothing of this is kept.
UNGUARDED = "SET LOCAL session_replication_role = replica"
UNLIMITED = "SET LOCAL statement_timeout = 0"

LAPSED = f"""
    INSERT INTO inventory_hold (id, store_id, level_id, quantity, reference, expires_at, created_at)
    SELECT ('0188' || lpad(to_hex(n), 28, '0'))::uuid, 1, 1, 1, 'web-' || n, now() - interval '1 h', now()
    FROM generate_series(1, {MANY}) AS n
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


@pytest.fixture
def backlog(grown_database: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Made, and undone."""
    with transaction.atomic():
        for sql in (UNLIMITED, UNGUARDED, request.param):
            cursor().execute(sql.encode())
        yield
        transaction.set_rollback(True)


def of(sql: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("backlog", [sql], indirect=True, ids=["backlog"])


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
@of(UNNUMBERED)
def test_sales_that_wait_for_a_number() -> None:
    assert held(are_sales_waiting)
    assert held(stores_waiting) == [1]
    assert len(held(partial(lock_waiting, 1, BATCH))) == BATCH
    assert held(partial(lock_waiting, 2, BATCH)) == []
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
    assert is_some_store_thirsty()
    held(partial(pools_below_low_mark, range(1, 201)))


def _place_at(count: int) -> Place:
    found = cursor().execute(
        "SELECT expires_at, id FROM inventory_hold ORDER BY expires_at, id OFFSET %s LIMIT 1", [count]
    )
    return Place(*found.fetchall()[0])
