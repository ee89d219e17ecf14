from collections.abc import Sequence
from typing import Protocol


class AccountingFault(Exception):
    """The accounting system did not answer, or not as agreed; the same call under the same key may be repeated."""


class Accounting(Protocol):
    """The accounting system: it alone makes invoice IDs."""

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[str]:
        """IDs of `count` new drafts; the same key gives the same IDs again. Raises AccountingFault."""
        ...
