"""A column of a list whose field's name, which is for programs, does not read well above it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model


def column(field: str, heading: str) -> Callable[[Model], Any]:
    """The field under this heading; in `list_display`, or in `fields` and `readonly_fields`."""

    def shown(row: Model) -> Any:
        return getattr(row, field)

    shown.__name__ = field
    return admin.display(description=heading)(shown)


def in_minor_units(field: str) -> Callable[[Model], Any]:
    return column(field, f"{field.removesuffix('_minor').replace('_', ' ')}, minor units")
