"""A strategy of a shop's own."""

from collections.abc import Sequence

from inventory.core.levels import Level, Share


def from_one_place(levels: Sequence[Level], quantity: int) -> tuple[Share, ...] | None:
    """Nothing is carried together from several locations."""
    return next(((Share(level.key, quantity),) for level in levels if level.available >= quantity), None)
