"""Ringing on: an order or a store with more commands than a batch takes need not wait for the sweeper."""

from collections.abc import Sequence

from orders.journal.core.batch import Subject
from orders.journal.db.sweep import still_pending
from orders.journal.ring import ring_bulk


def ring_on(rung: Sequence[Subject]) -> None:
    """Ring once more for those that still have commands to run."""
    if left := still_pending(rung):
        ring_bulk(left, [])
