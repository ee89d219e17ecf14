"""Which locations serve a line."""

from collections.abc import Sequence

from inventory.core.levels import Level, Share


def allocate(levels: Sequence[Level], quantity: int) -> tuple[Share, ...] | None:
    """Serve the whole quantity from one level if any can, by pick order; otherwise split it by pick order.

    `levels` are one product's, in pick order. None where they cannot serve the quantity together.
    """
    for level in levels:
        if level.available >= quantity:
            return (Share(level.key, quantity),)
    shares = []
    for level in levels:
        if (taken := min(level.available, quantity)) > 0:
            shares.append(Share(level.key, taken))
            quantity -= taken
    return None if quantity else tuple(shares)
