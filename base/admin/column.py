"""Columns of lists and fields of pages as people read them: under a heading of words, amounts in their store's money,
quantities in units, instants by the clock on its wall.

A row tells its store by `store`, or is one; what has none goes by UTC. Its money is its own or its store's; how many
decimals its quantities have stands with it, or with the product whose level it is about.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import DateTimeField, Model

from base import written

INSTANT = "%Y-%m-%d %H:%M:%S %Z"
"""To the second, sortable, and with its zone, so that it can be compared with the log."""

MINOR = "_minor"
Shown = Callable[[Model], Any]

QUANTITIES = frozenset(
    {"quantity", "quantity_change", "quantity_after", "reserved_change", "reserved_after", "on_hand", "reserved"}
    | {"available", "reorder_point"}
    | {f"{what}_quantity" for what in ("shipped", "returned", "backordered", "cancelled")}
)


def column(field: str, heading: str) -> Shown:
    """The field under this heading; in `list_display`, or in `fields` and `readonly_fields`."""

    def shown(row: Model) -> Any:
        value = getattr(row, field)
        return instant_of(row, value) if isinstance(value, datetime) else value

    shown.__name__ = field
    return admin.display(description=heading)(shown)


@cache
def as_written(model: type[Model], field: str) -> str | Shown:
    """The column of that field; the field itself where it is shown as it is."""
    names = {one.name: one for one in model._meta.get_fields()}
    if field.endswith(MINOR):
        heading = field.removesuffix(MINOR).replace("_", " ")
        return _column(field, heading, amount_of)
    if field in QUANTITIES & names.keys():
        return _column(field, field.replace("_", " "), quantity_of)
    if field in names and isinstance(names[field], DateTimeField):
        return _column(field, str(getattr(names[field], "verbose_name", field)), instant_of)
    return field


def amount_of(row: Any, minor: int) -> str:
    store = store_of(row)
    return written.amount(minor, getattr(row, "currency", None) or store.currency, store.locale)


def quantity_of(row: Any, steps: int) -> str:
    return written.quantity(steps, decimals_of(row), store_of(row).locale)


def instant_of(row: Any, at: datetime) -> str:
    store = store_of(row)
    return at.astimezone(ZoneInfo(store.time_zone) if store else UTC).strftime(INSTANT)


def store_of(row: Any) -> Any:
    return row if hasattr(row, "time_zone") else getattr(row, "store", None)


def decimals_of(row: Any) -> int:
    of = row if hasattr(row, "quantity_decimals") else getattr(row, "level", row).product
    decimals: int = of.quantity_decimals
    return decimals


@cache
def store_by(path: str) -> str | Shown:
    """The column of the row's store, to which the path leads."""
    if "__" not in path:
        return path

    def shown(row: Any) -> Any:
        for name in path.split("__"):
            row = getattr(row, name)
        return row

    shown.__name__ = "store"
    return admin.display(description="store")(shown)


def with_store(model: type[Model], related: Sequence[str]) -> Sequence[str]:
    return [*related, "store"] if has_store(model) and "store" not in related else related


def has_store(model: type[Model]) -> bool:
    return any(field.name == "store" for field in model._meta.get_fields())


def all_as_written(model: type[Model], fields: Iterable[str | Shown]) -> list[str | Shown]:
    return [one_as_written(model, field) for field in fields]


def if_fixed(model: type[Model], field: str | Shown, fixed: Collection[str | Shown]) -> str | Shown:
    return shown if (shown := one_as_written(model, field)) in fixed else field


def one_as_written(model: type[Model], field: str | Shown) -> str | Shown:
    return as_written(model, field) if isinstance(field, str) else field


def _column(field: str, heading: str, write: Callable[[Any, Any], str]) -> Shown:
    def shown(row: Model) -> str | None:
        value = getattr(row, field)
        return None if value is None else write(row, value)

    shown.__name__ = field
    return admin.display(description=heading, ordering=field)(shown)


def in_money(row: Any, told: Any) -> Any:
    """JSON with the amounts in it written."""
    match told:
        case dict():
            return dict(_named(row, name, value) for name, value in told.items())
        case list():
            return [in_money(row, one) for one in told]
    return told


def _named(row: Any, name: str, value: Any) -> tuple[str, Any]:
    if name.endswith(MINOR) and isinstance(value, int):
        return name.removesuffix(MINOR), amount_of(row, value)
    return name.removesuffix(MINOR), in_money(row, value)
