"""The accounting system's adapter, remembering what it was asked for."""

from collections.abc import Sequence

from orders.accounting.http import HttpAccounting


class Asked(HttpAccounting):
    """`keys`: the idempotency key of every call for numbers, in their order."""

    def __init__(self, url: str, *, read_timeout_s: float = 5) -> None:
        super().__init__(url, read_timeout_s=read_timeout_s)
        self.keys: list[str] = []

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[str]:
        self.keys.append(idempotency_key)
        return super().draft_ids(store_code=store_code, count=count, idempotency_key=idempotency_key)
