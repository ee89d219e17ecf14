"""Sweeping: rings again for what is still pending, whatever became of the first ring."""

from collections.abc import Sequence

from django.utils import timezone

from orders.commands.core.machine import Kind
from orders.journal.db.sweep import Due, due
from orders.journal.ring import ring, ring_bulk, ring_stock

LIMIT = 500
SINGLY_MAX = 20
"""So many are rung for one by one, under their own names in Flower; more are rung for together."""
TOGETHER_MAX = 100


def sweep() -> int:
    """Ring for all that is due; how many commands that was."""
    found = due(now=timezone.now(), limit=LIMIT)
    if len(found) <= SINGLY_MAX:
        for one in found:
            _ring_for(one)
    else:
        for start in range(0, len(found), TOGETHER_MAX):
            _ring_together(found[start : start + TOGETHER_MAX])
    return len(found)


def _ring_for(one: Due) -> None:
    if one.order_id:
        ring(Kind(one.kind), one.order_id, one.command_id)
    else:
        ring_stock(Kind(one.kind), one.store_id, one.command_id)


def _ring_together(found: Sequence[Due]) -> None:
    ring_bulk(
        order_ids=sorted({one.order_id for one in found if one.order_id}),
        store_ids=sorted({one.store_id for one in found if not one.order_id}),
        command_ids=[one.command_id for one in found],
    )
