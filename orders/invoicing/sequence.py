from collections.abc import Mapping, Sequence

from orders.invoicing.db.sequence import next_numbers


def from_sequence(counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """The shop's own numbering, for shops whose accounting accepts it: a series for each store, without gaps. So the
    batches of one store are settled one after the other."""
    return next_numbers(counts)
