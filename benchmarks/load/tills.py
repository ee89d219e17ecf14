"""What a client does with each kind of server until the run is over: one script each."""

import time

from benchmarks.load.clock import Clock
from benchmarks.load.http import Answer, request
from benchmarks.load.loop import Script
from benchmarks.load.sales import Sales

API = "/api/v1"
SALE_WAIT_S, BULK_WAIT_S = 5, 10
SUCCEEDED = b'"state":"succeeded"'


class SaleFailed(RuntimeError):
    """A sale that did not settle as it should; its text is one line."""


def one_call(sales: Sales, *, terminal_key: str, clock: Clock) -> Script:
    """The order and its payment in one request, which waits until it is settled."""
    yield from bulk(sales, terminal_key=terminal_key, clock=clock, size=1, wait_s=SALE_WAIT_S)


def bulk(sales: Sales, *, terminal_key: str, clock: Clock, size: int, wait_s: int = BULK_WAIT_S) -> Script:
    """Many sales a request, which waits until the last of them is settled."""
    headers = authorized(terminal_key, f"Prefer: wait={wait_s}")
    while not clock.is_over():
        items = ",".join(sales.next().item() for _ in range(size))
        begun_at = time.perf_counter()
        answer = yield request("POST", f"{API}/commands", headers=headers, body=f"[{items}]")
        check(answer, status=200, succeeded=size)
        clock.count(size, begun_at=begun_at)


def two_calls(sales: Sales, *, terminal_key: str, clock: Clock) -> Script:
    """The order first, as a till does while the customer still looks for the purse; then its payment."""
    headers = authorized(terminal_key)
    paying = authorized(terminal_key, f"Prefer: wait={SALE_WAIT_S}")
    while not clock.is_over():
        sale = sales.next()
        begun_at = time.perf_counter()
        check((yield request("POST", f"{API}/orders", headers=headers, body=sale.order())), status=201)
        pay = f"{API}/orders/{sale.id}/pay"
        keyed = f"{paying}Idempotency-Key: {sale.id}\r\n"
        check((yield request("POST", pay, headers=keyed, body=sale.payment())), status=200, succeeded=1)
        clock.count(1, begun_at=begun_at)


def authorized(terminal_key: str, *further: str) -> str:
    lines = [f"Authorization: Bearer {terminal_key}", "Content-Type: application/json", *further]
    return "".join(f"{line}\r\n" for line in lines)


def check(answer: Answer | None, *, status: int, succeeded: int = 0) -> bytes:
    """The answer's body."""
    assert answer, "only a pause is followed by nothing"
    if answer.status != status or answer.body.count(SUCCEEDED) != succeeded:
        raise SaleFailed(f"a sale was answered {answer.status}: {answer.body[:300].decode(errors='replace')}")
    return answer.body
