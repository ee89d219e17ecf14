"""What the database knows about everything that a bulk request names: one statement for each kind of thing,
all of them on one way to the server and back."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from inventory.db.reads_products import ask_locations, ask_products, read_locations, read_products
from inventory.db.sets import pipeline
from orders.api.bodies import OrderIn
from orders.api.bulk_bodies import ItemIn
from orders.api.bulk_plan import Facts
from orders.api.references import Path, named
from orders.core.caller import Caller
from orders.db.reads_commands import ask_known, read_known
from orders.db.reads_orders import ask_described, read_described


def read_facts(caller: Caller, items: Sequence[ItemIn]) -> Facts:
    names = [named(item.body) for item in items]
    orders = [item.for_order for item in items]
    skus = _named(name.skus for name in names)
    skus |= {line.sku for order in orders if isinstance(order, OrderIn) for line in order.lines}
    locations = _named(name.locations for name in names)
    order_ids = {id_ for id_ in map(_order_id, orders) if id_}
    with pipeline():
        asked_products = ask_products(caller.store_id, skus) if skus else None
        asked_locations = ask_locations(caller.store_id) if locations else None
        asked_known = ask_known(caller, {item.key for item in items})
        asked_orders = ask_described(order_ids) if order_ids else None
    return Facts(
        products=read_products(asked_products) if asked_products else {},
        locations=read_locations(asked_locations) if asked_locations else frozenset(),
        known=read_known(asked_known),
        orders=read_described(asked_orders) if asked_orders else {},
    )


def _named(places: Iterable[Sequence[tuple[Path, str]]]) -> set[str]:
    return {name for of_item in places for _, name in of_item}


def _order_id(order: OrderIn | UUID | None) -> UUID | None:
    return order.id if isinstance(order, OrderIn) else order
