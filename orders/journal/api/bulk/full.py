"""How many commands one answer tells of, so that it can be held in memory."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

STORED_BYTES_MAX = 2 * 1024 * 1024
"""Of all outcomes and results of an answer, compressed as they are stored. A sale has less than 1 KiB of it, a refusal
that names 5,000 lines and who holds them some hundred."""


def how_many_fit(stored: Iterable[int]) -> int:
    """`stored`: the bytes of each, in their order. The first one always fits."""
    return max(1, bisect_right(list(accumulate(stored)), STORED_BYTES_MAX))
