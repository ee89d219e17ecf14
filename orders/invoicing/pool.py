from collections.abc import Mapping, Sequence

from orders.invoicing.db.numbers import take_free


def from_pool(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """The oldest free numbers that the accounting system made."""
    return take_free(counts)
