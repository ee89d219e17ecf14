"""What a request would have stored, as the rows that would be read then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from orders.commands.core.caller import Caller
from orders.commands.core.machine import PaymentStatus, Status
from orders.journal.db.accept import Submission
from orders.journal.db.drawers import New
from orders.sales.db.create import NewOrder

_LAST = 2**62
"""The place in the journal of what would come after all that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstored:
    """`orders`: by id, as orders.journal.db.claim reads them; `commands`, `lines`: as orders.journal.db.load does."""

    orders: Mapping[UUID, tuple[Any, ...]]
    commands: Sequence[Sequence[Any]]
    lines: Sequence[Sequence[Any]]
    drawers: Sequence[New] = ()


def unstored(
    caller: Caller, submissions: Sequence[Submission], orders: Sequence[NewOrder], *, now: datetime
) -> Unstored:
    return Unstored(
        orders={order.id: _order(caller, order) for order in orders},
        commands=[
            _command(caller, given, now, seq)
            for seq, given in enumerate(submissions, start=_LAST)
            if given.drawer_id is None
        ],
        drawers=[
            New(given.id, given.drawer_id, seq, given.kind)
            for seq, given in enumerate(submissions, start=_LAST)
            if given.drawer_id is not None
        ],
        lines=[line for order in orders for line in _lines(order)],
    )


def _order(caller: Caller, order: NewOrder) -> tuple[Any, ...]:
    return (
        order.id, caller.store_id, caller.terminal_id, Status.DRAFT, PaymentStatus.UNPAID, order.fulfilment,
        order.payment_terms, order.currency, order.draft.total_minor, 0, 0, 0, 0, False, None, None, None,
        None, None, order.sold_at, None,
    )  # fmt: skip


def _command(caller: Caller, given: Submission, now: datetime, seq: int) -> tuple[Any, ...]:
    order_id = str(given.order_id) if given.order_id else None
    return (
        str(given.id), given.kind, caller.store_id, order_id, caller.name, caller.terminal_id,
        from_json(given.payload), 0, caller.role, now.isoformat(), seq,
    )  # fmt: skip


def _lines(order: NewOrder) -> list[tuple[Any, ...]]:
    return [
        (
            str(order.id), str(id_), line.product.id, line.product.sku, line.product.tracks_stock,
            line.item.quantity, line.amounts.total_minor, 0, 0, 0, 0, False, line.amounts.tax_minor,
            line.amounts.tax.code if line.amounts.tax else None,
            line.amounts.tax.rate if line.amounts.tax else None,
        )
        for id_, line in zip(order.line_ids, order.draft.lines, strict=True)
    ]  # fmt: skip
