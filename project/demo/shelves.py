"""Before the day: the catalogue is written, and the opening stock received through the API."""

import threading
from collections.abc import Mapping
from itertools import islice

from inventory.models import Product as ProductRow
from orders.terminals.db.reads import caller_by_key, key_hash
from project.demo.connection import Connection, TillFailed
from project.demo.day.day import Product
from project.demo.day.taxes import STANDARD, ZERO, tax_of
from project.demo.submit import Submission, submit
from project.demo.till import CURRENCY

ITEMS_A_DELIVERY_MAX = 500


def write_catalogue(products: tuple[Product, ...], *, terminal_key: str) -> None:
    """Into the store of the terminal."""
    caller = caller_by_key(key_hash(terminal_key))
    assert caller, "the stack made this terminal"
    ProductRow.objects.bulk_create(
        ProductRow(
            store_id=caller.store_id,
            sku=product.sku,
            name=product.name,
            price_minor=product.price_minor,
            currency=CURRENCY,
            tracks_stock=product.tracks_stock,
            tax_code=tax_of(product.sku).code,
        )
        for product in products
    )


def write_taxes(*, base_url: str, terminal_key: str) -> None:
    """`terminal_key`: of a backoffice terminal."""
    connection = Connection(base_url, stopping=threading.Event())
    for tax in (STANDARD, ZERO):
        body, deadline = {"name": tax.name, "rate": str(tax.rate)}, connection.deadline()
        connection.ask("PUT", f"/taxes/{tax.code}", terminal_key=terminal_key, body=body, deadline=deadline)
    connection.close()


def receive_stock(stock: Mapping[str, int], *, base_url: str, terminal_key: str) -> None:
    """`stock`: SKU -> units. `terminal_key`: of a backoffice terminal."""
    connection = Connection(base_url, stopping=threading.Event())
    left = iter(stock.items())
    delivery = 0
    while items := [{"sku": sku, "quantity": units} for sku, units in islice(left, ITEMS_A_DELIVERY_MAX)]:
        delivery += 1
        receive = Submission(
            path="/inventory/receive",
            terminal_key=terminal_key,
            key=f"opening/{delivery}",
            body={"items": items, "reference": "opening stock"},
        )
        seen = submit(connection, receive)
        if seen.state != "succeeded":
            raise TillFailed(f"the opening stock was {seen.state}: {seen.code}")
    connection.close()
