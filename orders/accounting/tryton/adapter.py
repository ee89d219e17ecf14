"""The port, as Tryton keeps it."""

from collections.abc import Sequence

from orders.accounting.port import Entry
from orders.accounting.tryton.address import read_address
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.drafts import draft_ids
from orders.accounting.tryton.posting import book
from orders.accounting.tryton.rpc import Rpc
from orders.accounting.tryton.void import void
from orders.accounting.wire import READ_TIMEOUT_S


class TrytonAccounting:
    """Tryton repeats nothing idempotently: each call looks first how far an earlier one came. Threads may share it."""

    def __init__(self, url: str, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        address = read_address(url)
        self._rpc = Rpc(address, read_timeout_s=read_timeout_s)
        self._chart = Chart(self._rpc, address)

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[str]:
        return draft_ids(self._rpc, self._chart, store_code=store_code, count=count, idempotency_key=idempotency_key)

    def void(self, *, store_code: str, number: str, reason: str) -> None:
        void(self._rpc, self._chart, store_code=store_code, number=number, reason=reason)

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        return book(self._rpc, self._chart, entry, idempotency_key=idempotency_key)
