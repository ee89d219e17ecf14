"""The pictures of a run: rates, lines, processor time, latencies, and what was asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.drawn.svg import Row, bars
from benchmarks.host.programs import PROGRAMS
from benchmarks.results.figures import Figure

Kept = Mapping[str, Any]
"""The JSON of a run."""

OF_THREE_LINES = [
    "view",
    "view-hot",
    "task",
    "singles",
    "singles-hot",
    "singles-two-calls",
    "singles-32",
    "singles-128",
    "pgbench",
    "pgbench-hot",
    "bulk",
    "bulk-hot",
]
BY_LINES = ["view", "view-large", "singles", "bulk", "large"]
BY_TILLS = ["view", "idle", "singles", "singles-32", "singles-128"]
BASELINES = ("view", "view-hot", "view-large", "task", "pgbench", "pgbench-hot")
WHOSE = {"own": "Ringup", "baseline": "baselines"}
ASKED_MOST = 2
"""Bars of figures that are better than this many times what was asked end there."""


def rates(kept: Kept) -> str:
    asked = {
        one["name"].partition(":")[0]: one["least"]
        for one in kept["figures"]
        if one["unit"] == "x view" and one["name"].endswith("sales/s")
    }
    rows = [
        Row(
            label=one["title"],
            parts=[(colour(name), one["times_view"])],
            said=f"{one['times_view']:.2f} x, {one['sales_per_s']:,.0f}/s",
            asked=asked.get(name),
        )
        for name, one in of(kept, OF_THREE_LINES)
    ]
    subtitle = "Sales of three lines, as multiples of the synchronous view's sales a second in the same run"
    return bars("Sales a second", subtitle, rows, legend={**WHOSE, "mark": "asked for"})


def lines(kept: Kept) -> str:
    rows = [
        Row(
            label=one["title"],
            parts=[(colour(name), one["lines_per_s"])],
            said=f"{one['lines_per_s']:,.0f}/s, {one['sales_per_s']:,.1f} sales",
        )
        for name, one in of(kept, BY_LINES)
    ]
    return bars("Lines a second", "Orders of three lines and of 700, created and paid in one call", rows, legend=WHOSE)


def processor(kept: Kept) -> str:
    def row(one: Mapping[str, Any]) -> Row:
        spent = {
            column: sum(one["cpu_s_per_1000_sales"].get(name, 0) for name in names)
            for column, names in PROGRAMS.items()
            if column != "clients"
        }
        return Row(label=one["title"], parts=list(spent.items()), said=f"{sum(spent.values()):.2f} s")

    rows = [row(one) for _, one in of(kept, [*OF_THREE_LINES, "idle"])]
    legend = {column: column for column in PROGRAMS if column != "clients"}
    subtitle = "Seconds for 1,000 sales of three lines by program, until nothing was left to do, without the clients"
    return bars("Processor time", subtitle, rows, legend=legend)


def latencies(kept: Kept) -> str:
    def row(name: str, one: Mapping[str, Any]) -> Row:
        p50, p99, shade = one["latency_ms"]["p50"], one["latency_ms"]["p99"], colour(name)
        whose = "view, " if name == "view" else ""
        return Row(
            label=f"{whose}{one['tills']} till{'s' if one['tills'] > 1 else ''}",
            parts=[(shade, p50), (f"{shade}-faint", p99 - p50)],
            said=f"p50 {p50:,.0f}, p99 {p99:,.0f} ms",
        )

    rows = [row(name, one) for name, one in of(kept, BY_TILLS)]
    legend = {"own": "p50", "own-faint": "p99", "baseline": "p50 of the view", "baseline-faint": "its p99"}
    subtitle = "Milliseconds from the request until the sale is settled; every till sends the next one at once"
    return bars("How long a till waits", subtitle, rows, legend=legend)


def asked(kept: Kept) -> str:
    figures = [Figure.from_json(one) for one in kept["figures"]]
    rows = [
        Row(
            label=one.name,
            parts=[("met" if one.is_met else "missed", share(one))],
            said=f"{one.reached} {one.unit}, {one.asked}",
            asked=1,
        )
        for one in figures
        if one.asked
    ]
    subtitle = f"Reached, as a part of what is asked; the longest bars are {ASKED_MOST} times as good or more"
    legend = {"met": "reached", "missed": "missed", "mark": "asked for"}
    return bars("What is asked", subtitle, rows, legend=legend, most=ASKED_MOST)


def share(figure: Figure) -> float:
    """More than 1 is better than asked, whichever way it counts."""
    if figure.least is not None:
        return figure.value / figure.least
    assert figure.most is not None, "something is asked of it"
    return figure.most / max(figure.value, 1e-9)


def of(kept: Kept, names: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """Of those who were measured."""
    return [(name, kept["contenders"][name]) for name in names if name in kept["contenders"]]


def colour(name: str) -> str:
    return "baseline" if name in BASELINES else "own"


PICTURES: Mapping[str, Callable[[Kept], str]] = {
    "rates": rates,
    "lines": lines,
    "processor": processor,
    "latencies": latencies,
    "asked": asked,
}
