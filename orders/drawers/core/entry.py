"""What accounting is told of a closing: cash that was carried away or brought, and what was missing or too much."""

from collections.abc import Sequence

from orders.accounting.core import CASH_DIFFERENCE, CASH_TRANSFER
from orders.commands.core.rule import Posting
from orders.commands.core.tenders import Method
from orders.drawers.core.figures import ByMethod, Moved


def postings(movements: Sequence[Moved], methods: Sequence[ByMethod]) -> tuple[Posting, ...]:
    """Empty where there is nothing to tell. What was counted of other methods is for their own statements."""
    moved = sum(one.amount_minor for one in movements)
    difference = sum(one.difference_minor or 0 for one in methods if one.method is Method.CASH)
    told: list[Posting] = [
        (Method.CASH, moved + difference),
        (CASH_TRANSFER, -moved),
        (CASH_DIFFERENCE, -difference),
    ]
    return tuple(one for one in told if one[1])
