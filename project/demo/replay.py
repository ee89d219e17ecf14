"""The whole day at once: N tills, each a thread."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from project.demo.cashier import Cashier, Done, SalesDone
from project.demo.day.day import Day
from project.demo.day.deal import Round, deal
from project.demo.terminals import Terminals, TillFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What all tills saw."""

    done: tuple[Done, ...]
    credit_lines_left_out: int
    elapsed_s: float
    failure: str | None  # why the first till that could not go on gave up; then all stopped


def replay(day: Day, terminals: Terminals, *, tills: int, on_settled: Callable[[Done], None]) -> Replay:
    """`on_settled` is called from the tills' threads."""
    sales_done = SalesDone(slip.invoice for slip in day.slips)
    done: list[Done] = []  # appending is atomic
    failures: list[str] = []

    def note(one: Done) -> None:
        done.append(one)
        on_settled(one)

    def stop() -> None:
        terminals.stop()
        sales_done.give_up()

    def work(hand: Round) -> int:
        try:
            return Cashier(terminals, sales_done=sales_done, note=note).work(hand)
        except TillFailed as failed:
            failures.append(str(failed))
            stop()
            return 0
        except BaseException:  # a fault of this program: the other tills must not wait for it
            stop()
            raise

    began = time.perf_counter()
    with ThreadPoolExecutor(tills, thread_name_prefix="till") as pool:
        try:
            left_out = sum(pool.map(work, deal(day, tills=tills)))
        except BaseException:
            stop()
            raise
    return Replay(
        done=tuple(done),
        credit_lines_left_out=left_out,
        elapsed_s=time.perf_counter() - began,
        failure=failures[0] if failures else None,
    )
