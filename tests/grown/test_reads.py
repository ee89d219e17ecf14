"""What tills, operators and whoever watches ask again and again: each answer reads about as much as it says."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from base.sql.sets import cursor
from benchmarks.grown.rows import COMMAND, ORDER, PRODUCTS
from inventory.db.reads.catalogue import locations_page, products_page
from inventory.db.reads.items import available_by_sku, item_by_sku, items_page
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Role
from orders.invoicing.db.reads import invoice_pool, invoice_pools
from orders.journal.db.reads.commands import commands_by_id, commands_by_key
from orders.journal.db.reads.gaps import SEQUENCES, commands_numbered, gaps, last_sequence
from orders.reports.db import read_day
from orders.sales.db.history import history
from orders.sales.db.orders import orders_by_id
from project.figures import Pipeline
from project.health import database_reasons
from tests.support.grown.orders import ORDERS
from tests.support.grown.plans import BIG, held

pytestmark = pytest.mark.usefixtures("grown_database")

TILL = Caller(terminal_id=1, store_id=1, name="till 0", role=Role.BACKOFFICE, currency="GBP")
BULK = 500
DAYS_SALES = 24 * 60
NOW = timezone.now()


def ids(kind: int, *, count: int) -> list[UUID]:
    """Of some sales of the first store, from all times."""
    step = ORDERS // count
    return [UUID(f"0189{kind:04d}-0000-7000-8000-{n:012x}") for n in range(20, ORDERS, step)]


def test_what_an_index_says_need_not_be_looked_up() -> None:
    """As autovacuum keeps it: else the other tests would hold the database's making, not the statements."""
    visible = "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relallvisible < relpages"
    assert cursor().execute(visible, [sorted(BIG)]).fetchall() == []


@pytest.mark.parametrize("before", [None, PRODUCTS // 2])
def test_the_catalogue_and_its_stock(before: int | None) -> None:
    held(partial(products_page, 1, limit=201, before=before, query=None))
    held(partial(items_page, 1, limit=201, before=before))
    held(partial(locations_page, 1, limit=201, before=None))


@pytest.mark.parametrize(("query", "found"), [("STRASSE", 11), ("scarf", 51), ("486b8f41e", 1), ("sku-140", 401)])
def test_products_are_found_by_their_words(query: str, found: int) -> None:
    """Among a hundred thousand, by what many and by what few have."""
    assert len(held(partial(products_page, 1, limit=501, before=None, query=query))) >= found
    held(partial(products_page, 1, limit=51, before=PRODUCTS // 2, query=query))


@pytest.mark.parametrize("query", ["no such thing", "96385074", "00000096385074", "%%%", "_", "жж"])
def test_what_nothing_has_is_soon_known(query: str) -> None:
    assert held(partial(products_page, 2, limit=51, before=None, query=query)) == []


def test_what_is_available_of_a_thousand_products() -> None:
    skus = [f"SKU-{n:06d}" for n in range(1, 4_000, 4)]
    assert len(held(partial(available_by_sku, 1, skus), blocks_max=12 * len(skus))) == len(skus)
    held(partial(item_by_sku, 1, skus[0]))


def test_commands() -> None:
    known = held(
        partial(commands_by_key, TILL.terminal_id, [f"sale-{n}" for n in range(5_000, ORDERS, ORDERS // BULK)])
    )
    assert len(known) > BULK / 2
    assert len(held(partial(commands_by_id, 1, ids(COMMAND, count=BULK)))) > 0


def test_orders() -> None:
    some = ids(ORDER, count=200)
    held(partial(orders_by_id, 1, some))
    assert len(held(partial(history, UUID(f"0189{ORDER:04d}-0000-7000-8000-000000000002")))) == 2


@pytest.mark.parametrize("since", [1, ORDERS // 10])
def test_what_a_till_has_lost(since: int) -> None:
    """However much it has counted, so much of it is looked at in one go."""
    looked_at = held(partial(gaps, TILL.terminal_id, since=since, limit=50))
    assert looked_at.then is not None
    held(partial(last_sequence, TILL.terminal_id))


def test_the_commands_of_repeated_numbers() -> None:
    """As many as a page can list."""
    asked = {"terminal_id": TILL.terminal_id, "since": 1, "limit": 200}
    numbers = [number for (number,) in cursor().execute(SEQUENCES, asked)]
    assert len(held(partial(commands_numbered, TILL.terminal_id, numbers))) == 200


def test_the_pools_of_numbers() -> None:
    assert held(partial(invoice_pool, 1, now=NOW))["free"] > 0
    held(partial(invoice_pools, now=NOW))


@pytest.mark.parametrize("number", [3_500, ORDERS // 2 + 3_500, ORDERS - 6_500])
def test_the_report_of_a_day(number: int) -> None:
    """Of more than a thousand sales, with what came back and what was paid ahead: it reads some blocks for each."""
    of_sale = "SELECT store_id, business_day FROM orders_order WHERE number >= %s AND business_day IS NOT NULL LIMIT 1"
    store_id, day = cursor().execute(of_sale, [number]).fetchone() or (0, NOW.date())
    read = held(partial(read_day, store_id, day, now=NOW), blocks_max=10 * DAYS_SALES)
    assert read.sales.count > DAYS_SALES / 2
    assert sum(one.minor for one in read.booked) == 0
    none = held(partial(read_day, store_id, (NOW + timedelta(days=1)).date(), now=NOW))
    assert none.sales.count == 0


def test_whoever_watches() -> None:
    held(lambda: list(Pipeline().collect()))
    assert held(lambda: list(database_reasons())) == []
