"""`python -m benchmarks.profile PART`: sell in this process with a stopwatch in hand; the figures go to stdout as JSON.

A process of its own, since functions of the product are wrapped. The lane to sell in comes as JSON on stdin.
"""

import json
import sys
from collections.abc import Callable, Iterator

import django

from benchmarks.profile.stopwatch import Stopwatch

SIZES = (1, 10, 100)
SALES_MAX, BATCHES_MAX, WARM_UP_BATCHES = 600, 200, 5

Watched = Callable[[int], None]
"""Sells so many at once, and has the stopwatch look on."""


def main(part: str) -> None:
    django.setup()
    from benchmarks.lane import Lane
    from benchmarks.profile import web, worker  # they need Django's models

    watch = Stopwatch()
    watched = {"web": web.watched, "worker": worker.watched}[part]
    sell = watched(Lane.from_json(json.load(sys.stdin)), watch)
    json.dump(dict(timed(sell, watch)), sys.stdout)


def timed(sell: Watched, watch: Stopwatch) -> Iterator[tuple[int, dict[str, tuple[float, float]]]]:
    """Size -> stage -> microseconds a sale: by the clock, and of them on the processor."""
    for size in SIZES:
        batches = min(BATCHES_MAX, SALES_MAX // size)
        for _ in range(WARM_UP_BATCHES):
            sell(size)
        watch.forget()
        for _ in range(batches):
            sell(size)
        scale = 1_000_000 / (size * batches)
        yield size, {stage: (spent.wall_s * scale, spent.cpu_s * scale) for stage, spent in watch.stages.items()}


if __name__ == "__main__":
    main(sys.argv[1])
