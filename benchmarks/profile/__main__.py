"""`python -m benchmarks.profile PART SALES`: sell in this process with a stopwatch in hand, so many sales one by one
and three times as many together; the figures go to stdout as JSON.

A process of its own, since functions of the product are wrapped. The lane to sell in comes as JSON on stdin.
"""

import json
import sys
from collections.abc import Callable, Iterator

import django

from benchmarks.profile.stopwatch import Stopwatch

SIZES = (1, 10, 100)
WARM_UP_BATCHES = 5

Watched = Callable[[int], None]
"""Sells so many at once, and has the stopwatch look on."""


def main(part: str, sales: int) -> None:
    django.setup()
    from benchmarks.lane import Lane
    from benchmarks.profile import web, worker  # they need Django's models

    watch = Stopwatch()
    watched = {"web": web.watched, "worker": worker.watched}[part]
    sell = watched(Lane.from_json(json.load(sys.stdin)), watch)
    json.dump(dict(timed(sell, watch, sales)), sys.stdout)


def timed(sell: Watched, watch: Stopwatch, sales: int) -> Iterator[tuple[int, dict[str, tuple[float, float]]]]:
    """Size -> stage -> microseconds a sale: by the clock, and of them on the processor."""
    for size in SIZES:
        batches = max(1, min(sales, 3 * sales // size))
        for _ in range(min(WARM_UP_BATCHES, batches)):
            sell(size)
        watch.forget()
        for _ in range(batches):
            sell(size)
        scale = 1_000_000 / (size * batches)
        yield size, {stage: (spent.wall_s * scale, spent.cpu_s * scale) for stage, spent in watch.stages.items()}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
