"""What the bench says, on the screen and as JSON."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.host.machine import commit, describe_machine
from benchmarks.host.programs import PROGRAMS
from benchmarks.profile.ask import Stages
from benchmarks.results.measured import Measured
from benchmarks.results.tables import figure_table, print_head, table
from benchmarks.run import Bench
from benchmarks.upkeep import Posting

YARDSTICK = "view"
YARDSTICKS = (YARDSTICK, "view-large")

POSTERS = ["worker-io", "accounting", "postgres"]


def print_report(console: Console, bench: Bench, *, versions: Mapping[str, str], seconds: Mapping[str, float]) -> None:
    """`seconds`: that it was announced to take, and taken."""
    print_head(console, database=bench.database, versions=versions)
    if bench.measured:
        console.print(speed_table(bench.measured))
        console.print(processor_table(bench.measured))
    if bench.posting:
        console.print(posting_sentence(bench.posting), highlight=False)
    for part, by_size in bench.profile.items():
        console.print(stage_table(part, by_size))
    if bench.figures:
        console.print(figure_table(bench.figures))
    announced, taken = (f"{value / 60:.1f}" for value in (seconds["announced"], seconds["taken"]))
    console.print(f"It took {taken} minutes; {announced} were announced.", highlight=False)
    for fault in bench.wrong:
        console.print(f"[bold red]Wrong:[/] {fault}", highlight=False)
    if bench.measured and not bench.wrong:
        console.print("The books of every contender are right: each sale once, with all its effects.")


def speed_table(measured: Mapping[str, Measured]) -> Table:
    title = (
        "Sales of three lines over 200 products, or of 700, from the request until settled; sales a second over the "
        "time until all was quiet, and those of its halves: where they differ, the rate is none that lasts"
    )
    made = table(title, "contender", "sales/s", "of view", "p50 ms", "p95 ms", "p99 ms", "halves", "by round")
    for contender, one in shown(measured):
        latencies = [f"{one.latency_ms[name]:,.1f}" for name in ("p50", "p95", "p99")]
        halves = " ".join(f"{half:,.0f}" for half in one.halves_per_s) + ("" if one.lasts else " differ")
        by_round = " ".join(f"{round_.sales_per_s:,.0f}" for round_ in one.rounds)
        rates = f"{one.sales_per_s:,.0f}", told(times_yardstick(one, measured))
        made.add_row(contender.title, *rates, *latencies, halves, by_round)
    return made


def processor_table(measured: Mapping[str, Measured]) -> Table:
    title = (
        "Processor seconds for 1,000 sales until nothing was left to do; all but the clients', and that as a part of "
        "the view's; cores that others kept busy meanwhile; rings left after the last sale, seconds until all was quiet"
    )
    made = table(title, "contender", *PROGRAMS, "all", "of view", "others", "rings", "quiet")
    for contender, one in shown(measured):
        spent = [sum(one.cpu_ms_per_sale.get(name, 0) for name in names) for names in PROGRAMS.values()]
        after = [
            f"{one.whole_cpu_ms_per_sale:.2f}",
            told(processor_of_yardstick(one, measured)),
            f"{max(round_.others_cores for round_ in one.rounds):.2f}",
            f"{max(round_.rings_left for round_ in one.rounds):,}",
            f"{max(round_.quiet_after_s for round_ in one.rounds):.1f}",
        ]
        made.add_row(contender.title, *(f"{seconds:.2f}" for seconds in spent), *after)
    return made


def shown(measured: Mapping[str, Measured]) -> Iterator[tuple[Contender, Measured]]:
    return ((one, measured[one.name]) for one in CONTENDERS if one.name in measured)


def yardstick_of(one: Measured, measured: Mapping[str, Measured]) -> Measured | None:
    """The view that sells as many lines; None where it was left out."""
    views = (measured[name] for name in YARDSTICKS if name in measured)
    return next((view for view in views if view.lines == one.lines), None)


def times_yardstick(one: Measured, measured: Mapping[str, Measured]) -> float | None:
    yardstick = yardstick_of(one, measured)
    return one.sales_per_s / yardstick.sales_per_s if yardstick else None


def processor_of_yardstick(one: Measured, measured: Mapping[str, Measured]) -> float | None:
    yardstick = yardstick_of(one, measured)
    return one.whole_cpu_ms_per_sale / max(yardstick.whole_cpu_ms_per_sale, 1e-9) if yardstick else None


def told(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def posting_sentence(posting: Posting) -> str:
    shares = ", ".join(f"{name} {posting.cpu_ms_per_entry.get(name, 0):.2f}" for name in POSTERS)
    return (
        f"Posting to accounting rested meanwhile, and {posting.waited:,} entries waited; it goes at "
        f"{posting.entries_per_s:,.0f} sales/s and takes, "
        f"in processor seconds for 1,000 sales: {shares}."
    )


def stage_table(part: str, by_size: Mapping[int, Stages]) -> Table:
    title = f"Stages of the {part}: microseconds a sale by the clock, in brackets on the processor"
    made = table(title, "stage", *(f"{size} at once" for size in by_size))
    for stage in next(iter(by_size.values())):
        cells = [f"{stages[stage][0]:,.0f} ({stages[stage][1]:,.0f})" for stages in by_size.values()]
        made.add_row(stage, *cells)
    totals = [[sum(column) for column in zip(*stages.values(), strict=True)] for stages in by_size.values()]
    made.add_row("all", *(f"{wall:,.0f} ({cpu:,.0f})" for wall, cpu in totals))
    return made


def as_json(
    bench: Bench, *, versions: Mapping[str, str], seconds: Mapping[str, float], command_line: str
) -> dict[str, Any]:
    titles = {one.name: {"title": one.title, "tills": one.size.tills} for one in CONTENDERS}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "command_line": command_line,
        "seconds": {name: round(value) for name, value in seconds.items()},
        "machine": describe_machine(),
        "versions": dict(versions),
        "postgresql": dict(bench.database),
        "contenders": {
            name: {
                **titles[name],
                **one.as_json(),
                f"times_{YARDSTICK}": rounded(times_yardstick(one, bench.measured)),
                f"cpu_of_{YARDSTICK}": rounded(processor_of_yardstick(one, bench.measured)),
            }
            for name, one in bench.measured.items()
        },
        "figures": [one.as_json() for one in bench.figures],
        "posting": posting_json(bench.posting) if bench.posting else None,
        "stages_us_per_sale": {
            part: {
                str(size): {
                    stage: {"wall": round(wall, 1), "cpu": round(cpu, 1)} for stage, (wall, cpu) in stages.items()
                }
                for size, stages in by_size.items()
            }
            for part, by_size in bench.profile.items()
        },
        "wrong": bench.wrong,
    }


def posting_json(posting: Posting) -> dict[str, Any]:
    return {
        "waited": posting.waited,
        "entries_per_s": round(posting.entries_per_s, 1),
        "cpu_s_per_1000_entries": {name: round(ms, 3) for name, ms in posting.cpu_ms_per_entry.items()},
    }


def rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 3)
