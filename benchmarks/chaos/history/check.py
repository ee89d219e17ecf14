"""`python -m benchmarks.chaos.history.check FILE`: what is wrong in the history of a run. Status 0: nothing."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.chaos.history.answers import contradictions
from benchmarks.chaos.history.exchange import Exchange, read_exchanges
from benchmarks.chaos.history.goods import missing
from benchmarks.chaos.history.heard import Heard, heard
from benchmarks.chaos.history.money import adrift
from benchmarks.chaos.history.numbers import misused
from benchmarks.chaos.history.orders import CLOCKS_DIFFER_S, is_final, untellable

ENTRIES, BANK, ITEMS, CLOSINGS = "/accounting/entries", "/bank", "/inventory/items", "/closings"
"""What is asked once all is quiet."""


def wrong(exchanges: Iterable[Exchange], *, clocks_differ_s: float = CLOCKS_DIFFER_S) -> list[str]:
    """A line each. `clocks_differ_s`: how wrong the clocks of processes were at most."""
    told = heard(exchanges)
    items = _pages(told, ITEMS)
    closings: dict[str, list[Any]] = {}
    for one in told.others:
        if one.path == CLOSINGS and one.is_success:
            closings.setdefault(one.who, []).extend(one.answer["items"])
    entries = _pages(told, ENTRIES)
    return [
        *contradictions(told),
        *untellable(told, clocks_differ_s=clocks_differ_s),
        *_unsettled(told),
        *misused(told, entries),
        *adrift(told, closings=closings, bank=told.last(BANK)),
        *missing(told, None if items is None else {item["sku"]: item for item in items}),
    ]


def _pages(told: Heard, path: str) -> list[Any] | None:
    """The items of all pages of one list; None where nobody asked."""
    answers = [one.answer["items"] for one in told.others if one.path == path and one.is_success]
    return [item for items in answers for item in items] if answers else None


def _unsettled(told: Heard) -> list[str]:
    """Whatever was taken is settled in the end: its last answer says so."""
    last = {id_: max(seen, key=lambda one: one.ended) for id_, seen in told.commands.items()}
    return [f"command {id_} was taken, and never settled" for id_, one in last.items() if not is_final(one.value)]


def main(file: str) -> int:
    with Path(file).open() as lines:
        found = wrong(read_exchanges(lines))
    print("\n".join(found) or "Nothing is wrong.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
