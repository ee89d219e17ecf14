"""What the database knows about everything that a bulk request names: one statement for each kind of thing."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from inventory.db.reads_products import location_codes, products_by_sku
from orders.api.bodies import OrderIn
from orders.api.bulk_bodies import ItemIn
from orders.api.bulk_plan import Facts
from orders.api.references import Path, named
from orders.core.caller import Caller
from orders.db.reads_commands import known_by_key
from orders.db.reads_orders import described


def read_facts(caller: Caller, items: Sequence[ItemIn]) -> Facts:
    names = [named(item.body) for item in items]
    orders = [item.for_order for item in items]
    skus = _named(name.skus for name in names)
    skus |= {line.sku for order in orders if isinstance(order, OrderIn) for line in order.lines}
    locations = _named(name.locations for name in names)
    order_ids = {id_ for id_ in map(_order_id, orders) if id_}
    return Facts(
        products=products_by_sku(caller.store_id, skus) if skus else {},
        locations=frozenset(location_codes(caller.store_id)) if locations else frozenset(),
        known=known_by_key(caller, {item.key for item in items}),
        orders=described(order_ids) if order_ids else {},
    )


def _named(places: Iterable[Sequence[tuple[Path, str]]]) -> set[str]:
    return {name for of_item in places for _, name in of_item}


def _order_id(order: OrderIn | UUID | None) -> UUID | None:
    return order.id if isinstance(order, OrderIn) else order
