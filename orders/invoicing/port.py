from collections.abc import Mapping, Sequence
from typing import Protocol


class NumberGenerator(Protocol):
    """Store id -> how many numbers its sales need; answers store id -> at most that many numbers.

    It is called inside the transaction of the sales, so it must not call anything remote, and a number that it gave to
    a transaction that rolled back must be free again or never be given again. Too few numbers are no error: see the
    setting INVOICE_POOL_EMPTY. Only `from_pool` has a pool: for every other function nothing is fetched.
    """

    def __call__(self, counts: Mapping[int, int]) -> Mapping[int, Sequence[str]]: ...
