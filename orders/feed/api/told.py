"""Changes with their things, as they are now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.api.taxes import as_of_day
from inventory.db.edit_store import read_store
from inventory.db.taxes import taxes_by_id, today_in
from orders.feed.db.changes import Change, Kind, values
from orders.terminals.api.store import told_settings

_NAMED: Mapping[Kind, Callable[[Mapping[str, Any]], Any]] = {
    Kind.ORDER: lambda order: order["id"],
    Kind.MOVEMENT: lambda movement: movement["id"],
    Kind.PRODUCT: lambda product: product["sku"],
    Kind.TAX: lambda tax: tax["code"],
    Kind.LOCATION: lambda location: location["code"],
    Kind.STORE: lambda _: None,
}


def told(store_id: int, found: Sequence[Change]) -> list[dict[str, Any]]:
    """Of a thing that changed more than once, its last change."""
    last = {(change.kind, change.id): change for change in found}
    things = {**values(store_id, last.values()), **_taxes(store_id, found), **_store(store_id, found)}
    return [
        {"kind": kind, "id": _NAMED[kind](things[kind, id_]), "at": change.at, "value": things[kind, id_]}
        for (kind, id_), change in sorted(last.items(), key=lambda one: one[1].place)
    ]


def _taxes(store_id: int, found: Sequence[Change]) -> dict[tuple[Kind, int], dict[str, Any]]:
    ids = {change.id for change in found if change.kind is Kind.TAX}
    if not ids:
        return {}
    today = today_in(store_id)
    return {(Kind.TAX, id_): as_of_day(today, tax) for id_, tax in taxes_by_id(store_id, ids).items()}


def _store(store_id: int, found: Sequence[Change]) -> dict[tuple[Kind, int], dict[str, Any]]:
    if not any(change.kind is Kind.STORE for change in found):
        return {}
    return {(Kind.STORE, store_id): told_settings(read_store(store_id))}
