"""A drawer and its closing as the outside is told: JSON of whole numbers and text, so that its hash can be worked out
from it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from orders.drawers.core.figures import ByMethod, Figures, Moved, Unsettled

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open drawer, and what the journal tells of its terminal. `gaps`: (first, last) that never arrived; `repeated`:
    numbers with the commands that bear them."""

    terminal_id: int
    currency: str
    opened_at: datetime
    float_minor: int
    before_opening_minor: int
    gaps: Sequence[tuple[int, int]]
    repeated: Sequence[tuple[int, Sequence[UUID]]]
    unsettled: Sequence[Unsettled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What a closing has besides."""

    id: UUID
    number: int
    closed_at: datetime
    previous_hash: str | None


NOT_CLOSED: Json = {"id": None, "number": None, "closed_at": None, "previous_hash": None, "hash": None}


def told(
    drawer: Open, figures: Figures, *, methods: Iterable[ByMethod], movements: Iterable[Moved], closed: Closed | None
) -> Json:
    """Without its hash where it is closed."""
    return {
        **(NOT_CLOSED if closed is None else _closed(closed)),
        "terminal": drawer.terminal_id,
        "currency": drawer.currency,
        "opened_at": drawer.opened_at.isoformat(),
        "float_minor": drawer.float_minor,
        "before_opening_minor": drawer.before_opening_minor,
        "sales": asdict(figures.sales),
        "refunds": asdict(figures.refunds),
        "cancelled": asdict(figures.cancelled),
        "deposits_minor": figures.deposits_minor,
        "methods": [_method(one) for one in methods],
        "movements": [_moved(one) for one in movements],
        "taxes": [asdict(one) for one in figures.taxes],
        "rounding_minor": figures.rounding_minor,
        "first_invoice_number": figures.first_invoice_number,
        "last_invoice_number": figures.last_invoice_number,
        "invoices_pending": figures.invoices_pending,
        "gaps": [{"first": first, "last": last} for first, last in drawer.gaps],
        "repeated": [
            {"sequence": sequence, "command_ids": [str(id_) for id_ in ids]} for sequence, ids in drawer.repeated
        ],
        "unsettled": [_unsettled(one) for one in drawer.unsettled],
    }


def stored(figures: Json) -> Json:
    """Without the words of people, which stand with the movements alone: those can be forgotten, a closing cannot."""
    moved = [{name: value for name, value in one.items() if name != "reason"} for one in figures["movements"]]
    return {**figures, "movements": moved}


def _closed(closed: Closed) -> Json:
    return {
        "id": str(closed.id),
        "number": closed.number,
        "closed_at": closed.closed_at.isoformat(),
        "previous_hash": closed.previous_hash,
    }


def _method(one: ByMethod) -> Json:
    return {
        "method": one.method,
        "expected_minor": one.expected_minor,
        "counted_minor": one.counted_minor,
        "difference_minor": one.difference_minor,
    }


def _moved(one: Moved) -> Json:
    return {
        "at": one.at.isoformat(),
        "amount_minor": one.amount_minor,
        "reason": one.reason,
        "command_id": str(one.command_id),
    }


def _unsettled(one: Unsettled) -> Json:
    return {
        "command_id": str(one.command_id),
        "kind": one.kind,
        "state": one.state,
        "order_id": str(one.order_id) if one.order_id else None,
    }
