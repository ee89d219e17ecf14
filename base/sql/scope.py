"""Of which stores something is asked: of all, or of those that somebody may see."""

from collections.abc import Collection
from typing import TypeAlias

Scope: TypeAlias = Collection[int] | None
"""Ids of stores; None: every store."""

OF_THEM = " AND store_id = ANY(%(stores)s)"


def of(stores: Scope) -> str:
    """A condition to add to the others. Every store is asked for without one, so that its plan stays as it is."""
    return "" if stores is None else OF_THEM


def named(stores: Scope) -> dict[str, list[int] | None]:
    """What the statement is given."""
    return {"stores": None if stores is None else list(stores)}
