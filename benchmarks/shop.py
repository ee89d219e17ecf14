"""The shop that is measured: for each contender a terminal and two hundred products of its own, on the same tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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
OPENING_STOCK = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Where one contender sells. `name`: its terminal's, which is in every row that it causes."""

    name: str
    store_id: int
    terminal_id: int
    terminal_key: str
    wares: tuple[Ware, ...]

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Lane":
        """What `dataclasses.asdict` made of one."""
        return cls(**{**given, "wares": tuple(Ware(**ware) for ware in given["wares"])})


def open_shop(names: Iterable[str]) -> dict[str, Lane]:
    store = Store.objects.create(code="bench", name="Bench", currency=CURRENCY)
    Location.objects.create(store=store, code="shop", name="Shop floor")
    return {name: _open_lane(store.pk, name) for name in names}


def _open_lane(store_id: int, name: str) -> Lane:
    """Its stock comes through the journal, so that the ledger tells where it came from."""
    products = Product.objects.bulk_create(
        Product(
            store_id=store_id,
            sku=f"{name}/{n:03}",
            name=f"Product {n} of {name}",
            price_minor=100 + n,
            currency=CURRENCY,
        )
        for n in range(PRODUCTS)
    )
    key = create_terminal(store_id=store_id, name=name, role=Role.BACKOFFICE)
    caller = caller_by_key(key_hash(key))
    assert caller, "the terminal was made just now"
    delivery = ReceiveIn(items=[StockItemIn(sku=product.sku, quantity=OPENING_STOCK) for product in products])
    accept_many(caller, [submission_of(Kind.RECEIVE, None, delivery, key="opening stock")], orders=[])
    execute([StoreSubject(store_id)])
    return Lane(
        name=name,
        store_id=store_id,
        terminal_id=caller.terminal_id,
        terminal_key=key,
        wares=tuple(Ware(product.pk, product.sku, product.price_minor) for product in products),
    )


def fill_pool(accounting_url: str) -> int:
    """Top the pool up to the target of this process's settings; how many invoice numbers came."""
    return refill_invoice_pool(HttpAccounting(accounting_url))
