"""A shop's own number generator, as INVOICE_NUMBER_GENERATOR may name it."""

from collections.abc import Mapping, Sequence
from itertools import count

_next = count(1)


def own_numbers(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    return {store_id: [f"OWN-{store_id}-{next(_next)}" for _ in range(needed)] for store_id, needed in counts.items()}


def always_the_same(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """Broken: gives every sale the number 1."""
    return {store_id: ["1"] * needed for store_id, needed in counts.items()}


def none_left(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """As a pool that is empty."""
    return {store_id: [] for store_id in counts}
