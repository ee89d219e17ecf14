"""Which sales of a batch get an invoice number, in which order."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from orders.commands.core.changes import Applied
from orders.journal.core.batch import Decided


def needed(decided: Iterable[Decided]) -> Counter[int]:
    """Store id -> how many numbers its sales need."""
    return Counter(
        one.command.store_id for one in decided if isinstance(one.outcome, Applied) and one.outcome.takes_number
    )


def deal(decided: Iterable[Decided], numbers: Mapping[int, Sequence[str]]) -> dict[UUID, str]:
    """Command id -> number, in the order of the sales, as far as the numbers go."""
    left = {store_id: iter(of_store) for store_id, of_store in numbers.items()}
    dealt = {}
    for one in decided:
        if isinstance(one.outcome, Applied) and one.outcome.takes_number:
            number = next(left.get(one.command.store_id, iter(())), None)
            if number is not None:
                dealt[one.command.id] = number
    return dealt
