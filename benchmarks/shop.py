"""The shop that is measured: for each contender terminals and products of its own, on the same tables."""

from collections.abc import Mapping

from base.sql.sets import cursor
from benchmarks.lane import OPENING_STOCK, Lane, Size
from benchmarks.load.sales import CURRENCY, Ware
from inventory.models import Location, Product, Store
from orders.accounting.http import HttpAccounting
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.journal.api.submit import submission_of
from orders.journal.core.batch import StoreSubject
from orders.journal.db.accept import accept_many
from orders.stock.api.bodies import ReceiveIn, StockItemIn
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from workers.execute import execute

PRODUCTS = 200
"""Or twice as many as a sale has lines."""

_ADD_NUMBERS = """
    INSERT INTO orders_invoicenumber (store_id, number, state, fetched_at, void_reason)
    SELECT %s, 'BENCH-' || n, 'free', now(), '' FROM generate_series(1, %s::int) AS n
"""


def open_shop(sizes: Mapping[str, Size]) -> dict[str, Lane]:
    """`sizes`: by the name of who sells."""
    return open_lanes(open_store("bench"), sizes)


def open_store(code: str) -> int:
    """With one location, unless it is there."""
    store, is_new = Store.objects.get_or_create(code=code, defaults={"name": "Bench", "currency": CURRENCY})
    if is_new:
        Location.objects.create(store=store, code="shop", name="Shop floor")
    return store.pk


def open_lanes(store_id: int, sizes: Mapping[str, Size]) -> dict[str, Lane]:
    """`sizes`: by the name of who sells."""
    return {name: _open_lane(store_id, name, size) for name, size in sizes.items()}


def _open_lane(store_id: int, name: str, size: Size) -> Lane:
    """Its stock comes through the journal, so that the ledger tells where it came from."""
    products = Product.objects.bulk_create(
        Product(
            store_id=store_id,
            sku=f"{name}/{n:03}",
            name=f"Product {n} of {name}",
            price_minor=100 + n,
            currency=CURRENCY,
        )
        for n in range(max(PRODUCTS, 2 * size.lines))
    )
    names = [name, *(f"{name}/{n}" for n in range(1, size.tills))]
    keys = tuple(create_terminal(store_id=store_id, name=one, role=Role.BACKOFFICE) for one in names)
    caller = caller_by_key(key_hash(keys[0]))
    assert caller, "the terminal was made just now"
    delivery = ReceiveIn(items=[StockItemIn(sku=product.sku, quantity=OPENING_STOCK) for product in products])
    accept_many(caller, [submission_of(Kind.RECEIVE, None, delivery, key="opening stock")], orders=[])
    execute([StoreSubject(store_id)])
    return Lane(
        name=name,
        store_id=store_id,
        terminal_id=caller.terminal_id,
        terminal_keys=keys,
        wares=tuple(Ware(product.pk, product.sku, product.price_minor) for product in products),
        lines=size.lines,
    )


def add_numbers(store_id: int, count: int) -> None:
    """Free invoice numbers that no accounting system was asked for."""
    cursor().execute(_ADD_NUMBERS, (store_id, count))


def fill_pool(accounting_url: str) -> int:
    """Top the pool up to the target of this process's settings; how many invoice numbers came."""
    return refill_invoice_pool(HttpAccounting(accounting_url))
