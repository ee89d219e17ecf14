"""Drawers and closings as the outside asks for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

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

_CLOSINGS = """
    SELECT closed_seq, ringup_closing_told(figures) FROM orders_closing
    WHERE store_id = %(store_id)s AND (%(terminal_id)s::bigint IS NULL OR terminal_id = %(terminal_id)s)
        AND closed_seq < coalesce(%(before)s::bigint, 9223372036854775807)
        AND (%(since)s::timestamptz IS NULL OR closed_at >= %(since)s)
    ORDER BY closed_seq DESC LIMIT %(limit)s
"""

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
    store_id: int, *, terminal_id: int | None, since: datetime | None, before: int | None, limit: int
) -> list[tuple[int, Any]]:
    """(place, closing), the newest first, from the one after the place `before`."""
    asked = {"store_id": store_id, "terminal_id": terminal_id, "since": since, "before": before, "limit": limit}
    return [(place, from_json(figures)) for place, figures in cursor().execute(_CLOSINGS, asked)]


def closing_by_id(store_id: int, closing_id: UUID) -> Any:
    row = cursor().execute(_BY_ID, (closing_id, store_id)).fetchone()
    return from_json(row[0]) if row else None


def closing_by_number(terminal_id: int, number: int) -> Any:
    row = cursor().execute(_BY_NUMBER, (terminal_id, number)).fetchone()
    return from_json(row[0]) if row else None
