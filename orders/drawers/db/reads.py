"""Drawers and closings as the outside asks for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from base.sql.scope import Scope, named, of
from base.sql.sets import cursor, first
from orders.drawers.core.figures import by_method
from orders.drawers.db.figures import figures_of, movements_of
from orders.drawers.db.save import look
from orders.drawers.db.told import Json, Open, told

_FACTS = """
    SELECT cash_rounding_minor, ARRAY(
        SELECT id FROM orders_terminal WHERE store_id = store.id AND id = ANY(%(terminals)b)
    )
    FROM inventory_store AS store WHERE id = %(store_id)s
"""

_OPEN = """
    SELECT currency, opened_at, float_minor, before_opening_minor, last_sequence
    FROM orders_drawer AS drawer JOIN inventory_store AS store ON store.id = drawer.store_id
    WHERE terminal_id = %s AND opened_at IS NOT NULL
"""

_LACKS = """
    SELECT require_drawer AND NOT EXISTS (
        SELECT FROM orders_drawer WHERE terminal_id = %(terminal_id)s AND opened_at IS NOT NULL
    )
    FROM inventory_store WHERE id = %(store_id)s
"""

_OPENED = "SELECT store_id, count(*) FROM orders_drawer WHERE opened_at IS NOT NULL{of} GROUP BY store_id"

# Of each filter its own text, so that the plan, which is made once for all values, has its index. A terminal is of one
# store.
_OF_STORE, _OF_TERMINAL = "store_id = %(store_id)s", "terminal_id = %(terminal_id)s"
_FILTERS = {
    "since": "closed_at >= %(since)s",
    "before_at": "(closed_at, id) < (%(before_at)s, %(before_id)s::uuid)",
}

_BY_ID = "SELECT ringup_closing_told(figures) FROM orders_closing WHERE id = %s AND store_id = %s"

_BY_NUMBER = "SELECT ringup_closing_told(figures) FROM orders_closing WHERE terminal_id = %s AND number = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerFacts:
    """Of a store, what its drawers' commands may say. `terminal_ids`: those that are named and the store has."""

    cash_rounding_minor: int
    terminal_ids: Collection[int]


NO_DRAWERS = DrawerFacts(cash_rounding_minor=1, terminal_ids=())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrawer:
    terminal_id: int
    currency: str
    opened_at: datetime
    float_minor: int
    before_opening_minor: int
    last_sequence: int


def drawer_facts(store_id: int, terminals: Collection[int | None]) -> DrawerFacts:
    asked = {"store_id": store_id, "terminals": [id_ for id_ in terminals if id_ is not None]}
    row = cursor().execute(_FACTS, asked).fetchone()
    assert row is not None
    return DrawerFacts(cash_rounding_minor=row[0], terminal_ids=row[1])


def lacks_drawer(store_id: int, terminal_id: int) -> bool:
    """Whether the terminal's drawer has to be open, and is not."""
    return cursor().execute(_LACKS, {"store_id": store_id, "terminal_id": terminal_id}).fetchone() == (True,)


def open_drawer(terminal_id: int) -> OpenDrawer | None:
    row = first(_OPEN, (terminal_id,))
    return OpenDrawer(terminal_id=terminal_id, **row) if row else None


def drawers_open(stores: Scope) -> dict[int, int]:
    """How many each store has; one without any is not there."""
    return dict(cursor().execute(_OPENED.format(of=of(stores)), named(stores)).fetchall())


def report(drawer: OpenDrawer, *, gaps: list[tuple[int, int]], repeated: list[tuple[int, list[UUID]]]) -> Json:
    """What the drawer would come to, were it closed now."""
    taken = look(drawer.terminal_id)
    opened = Open(
        terminal_id=drawer.terminal_id,
        currency=drawer.currency,
        opened_at=drawer.opened_at,
        float_minor=drawer.float_minor,
        before_opening_minor=drawer.before_opening_minor,
        gaps=gaps,
        repeated=repeated,
        unsettled=taken.unsettled,
    )
    figures, movements = figures_of(taken.commands), movements_of(drawer.terminal_id)
    methods = by_method(figures, float_minor=drawer.float_minor, movements=movements, counted={})
    return told(opened, figures, methods=methods, movements=movements, closed=None)


def closings_page(
    store_id: int, *, limit: int, terminal_id: int | None = None, **filters: datetime | UUID | None
) -> list[dict[str, Any]]:
    """The newest first. `terminal_id`: of the store; `filters`: those of _FILTERS, None where it is not asked for;
    `before_at` and `before_id`: what the page begins after."""
    given = {name: value for name, value in filters.items() if value is not None}
    page = {**given, "store_id": store_id, "terminal_id": terminal_id, "limit": limit}
    chosen = [_OF_TERMINAL if terminal_id else _OF_STORE, *(text for name, text in _FILTERS.items() if name in given)]
    statement = f"""
        SELECT ringup_closing_told(figures) FROM orders_closing WHERE {" AND ".join(chosen)}
        ORDER BY closed_at DESC, id DESC LIMIT %(limit)s
    """
    return [from_json(figures) for (figures,) in cursor().execute(statement.encode(), page)]


def closing_by_id(store_id: int, closing_id: UUID) -> Any:
    row = cursor().execute(_BY_ID, (closing_id, store_id)).fetchone()
    return from_json(row[0]) if row else None


def closing_by_number(terminal_id: int, number: int) -> Any:
    row = cursor().execute(_BY_NUMBER, (terminal_id, number)).fetchone()
    return from_json(row[0]) if row else None
