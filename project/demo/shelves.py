"""Before the day: the catalogue is written, and the opening stock received through the API."""

from collections.abc import Mapping
from itertools import islice

from inventory.models import Product as ProductRow
from orders.terminals.db.reads import caller_by_key, key_hash
from project.demo.cashier import CURRENCY
from project.demo.day.day import Product
from project.demo.day.taxes import STANDARD, ZERO, tax_of
from project.demo.submit import submit
from project.demo.terminals import TillFailed
from ringup_client import Goods, Receive, RingupError, Till

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


def write_taxes(till: Till) -> None:
    """`till`: of a backoffice terminal."""
    try:
        for tax in (STANDARD, ZERO):
            till.put(f"/taxes/{tax.code}", {"name": tax.name, "rate": str(tax.rate)})
    except RingupError as error:
        raise TillFailed(f"the taxes: {error}") from error


def receive_stock(stock: Mapping[str, int], till: Till) -> None:
    """`stock`: SKU -> units. `till`: of a backoffice terminal."""
    left = iter(stock.items())
    delivery = 0
    while items := [Goods(sku, units) for sku, units in islice(left, ITEMS_A_DELIVERY_MAX)]:
        delivery += 1
        seen = submit(till, Receive(items, reference="opening stock"), key=f"opening/{delivery}")
        if seen.state != "succeeded":
            raise TillFailed(f"the opening stock was {seen.state}: {seen.code}")
