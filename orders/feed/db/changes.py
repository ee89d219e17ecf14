"""What changed in a store, in the order in which it is told. Each table that tells of changes is read by its index."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from base.sql.sets import cursor
from inventory.db.reads.catalogue import locations_by_id, products_by_id
from orders.feed.core.cursor import Place
from orders.sales.db.orders import how_many_fit, orders_by_id
from orders.stock.db.movements import movements_by_id

FIRST = Place(0, 0, 0)
ROW_MAX = 2**128 - 1
_BIGINT_MAX = 2**63 - 1


class Kind(StrEnum):
    ORDER = "order"
    MOVEMENT = "movement"
    PRODUCT = "product"
    TAX = "tax"
    LOCATION = "location"
    STORE = "store"


class Source(NamedTuple):
    """A table that tells of changes. `thing`: of what kind, by the id in which column; `at`: when; `row`: its key."""

    kind: Kind
    table: str
    thing: str
    at: str
    has_uuid: bool = False
    row: str = "id"
    store: str = "store_id"


_LATER = "coalesce(changed_at, created_at)"

# The last three tell of rows that changed after the history told of the command that wrote them.
SOURCES = (
    Source(Kind.STORE, "inventory_store", "id", "changed_at", store="id"),
    Source(Kind.LOCATION, "inventory_location", "id", "changed_at"),
    Source(Kind.TAX, "inventory_tax", "id", "changed_at"),
    Source(Kind.PRODUCT, "inventory_product", "id", "changed_at"),
    Source(Kind.MOVEMENT, "inventory_stockmovement", "id", _LATER),
    Source(Kind.ORDER, "orders_order", "id", _LATER, has_uuid=True),
    Source(Kind.ORDER, "orders_statuschange", "order_id", "at"),
    Source(Kind.ORDER, "orders_paymentinstruction", "order_id", _LATER),
    Source(Kind.ORDER, "orders_command", "order_id", "changed_at", has_uuid=True),
    Source(Kind.ORDER, "orders_payment", "order_id", "changed_at", has_uuid=True),
    Source(Kind.ORDER, "orders_creditnote", "order_id", "changed_at", has_uuid=True, row="command_id"),
)
"""In their order of one transaction."""


class Change(NamedTuple):
    place: Place
    kind: Kind
    id: Any
    at: datetime


def _branch(number: int, source: Source) -> str:
    type_ = "uuid" if source.has_uuid else "bigint"
    return f"""(
        SELECT changed_in, {number} AS source, {source.row}::text AS row, {source.thing}::text AS thing,
            {source.at} AS at
        FROM {source.table}
        WHERE {source.store} = %(store_id)s AND changed_in < %(before)s
            AND (changed_in, {source.row}) > (%(after)s, %(row_{number})s::{type_})
        ORDER BY changed_in, {source.row} LIMIT %(limit)s
    )"""


PAGE = " UNION ALL ".join(_branch(number, source) for number, source in enumerate(SOURCES))


def changes(store_id: int, *, after: Place, before: int, limit: int) -> list[Change]:
    """The first ones after the place, of transactions that are numbered lower than `before`."""
    params = {"store_id": store_id, "after": after.changed_in, "before": before, "limit": limit}
    rows = cursor().execute(PAGE, params | _rows(after))
    found = (_change(*row) for row in rows)
    return sorted(found, key=lambda change: change.place)[:limit]


def _rows(after: Place) -> dict[str, Any]:
    """After which row of its table, in the place's own transaction, each source goes on: those before the place's own
    have told all of that transaction, those behind it nothing."""
    return {f"row_{number}": _row(number, source, after) for number, source in enumerate(SOURCES)}


def _row(number: int, source: Source, after: Place) -> Any:
    most = ROW_MAX if source.has_uuid else _BIGINT_MAX
    row = most if number < after.source else min(after.row, most) if number == after.source else 0
    return UUID(int=row) if source.has_uuid else row


def _change(changed_in: int, number: int, row: str, thing: str, at: datetime) -> Change:
    source = SOURCES[number]
    id_: UUID | int = UUID(thing) if source.kind is Kind.ORDER else int(thing)
    return Change(Place(changed_in, number, UUID(row).int if source.has_uuid else int(row)), source.kind, id_, at)


def fitting(found: list[Change]) -> list[Change]:
    """As many of them as a page holds with their orders' lines; at least one order."""
    orders = list(dict.fromkeys(change.id for change in found if change.kind is Kind.ORDER))
    if not orders:
        return found
    beyond = set(orders[how_many_fit([{"id": id_} for id_ in orders]) :])
    first = next((at for at, change in enumerate(found) if change.kind is Kind.ORDER and change.id in beyond), None)
    return found[:first]


def values(store_id: int, found: Iterable[Change]) -> Mapping[tuple[Kind, Any], dict[str, Any]]:
    """Each thing as it is now, but for taxes and the store."""
    ids: dict[Kind, set[Any]] = {kind: set() for kind in Kind}
    for change in found:
        ids[change.kind].add(change.id)
    read: Mapping[Kind, Callable[[int, Collection[Any]], Mapping[Any, dict[str, Any]]]] = {
        Kind.ORDER: orders_by_id,
        Kind.MOVEMENT: movements_by_id,
        Kind.PRODUCT: products_by_id,
        Kind.LOCATION: locations_by_id,
    }
    return {
        (kind, id_): value
        for kind, by_id in read.items()
        if ids[kind]
        for id_, value in by_id(store_id, ids[kind]).items()
    }
