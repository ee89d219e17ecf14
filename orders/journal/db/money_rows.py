"""Money that moved and the entries that record it, as rows."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from orders.commands.core.changes import Applied
from orders.commands.core.order import Command, Order
from orders.commands.core.tenders import OF_DEPOSITS

Row = dict[str, Any]


def payment_rows(command: Command, _: Order | None, change: Applied) -> Iterator[Row]:
    for moved in change.money_moved:
        yield {
            "id": moved.id,
            "store_id": command.store_id,
            "order_id": command.order_id,
            "command_id": command.id,
            "kind": moved.kind,
            "method": moved.method,
            "amount_minor": moved.amount_minor,
            "tendered_minor": moved.tendered_minor,
            "reference": moved.reference,
            "authorization_id": moved.authorization_id,
            "reverses_id": moved.reverses,
        }


def entry_rows(
    command: Command,
    before: Order | None,
    change: Applied,
    unnumbered: set[UUID | None],
    now: datetime,
    new_id: Callable[[], UUID],
) -> Iterator[Row]:
    for entry in change.entries:
        assert before
        # Accounting is told the invoice's number, so an entry whose number follows is due only then.
        waits = entry.kind not in OF_DEPOSITS and (before.invoice_pending or before.id in unnumbered)
        yield {
            "id": new_id(),
            "store_id": command.store_id,
            "order_id": command.order_id,
            "command_id": command.id,
            "kind": entry.kind,
            "currency": before.currency,
            "day": change.day,
            "postings": entry.postings,
            "next_attempt_at": None if waits else now,
        }
