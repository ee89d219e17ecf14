"""Tables of a run, and where they stand on a page: between two comments that name them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from benchmarks.drawn.pictures import Kept
from benchmarks.host.programs import PROGRAMS
from benchmarks.results.figures import Figure


def origin(kept: Kept) -> str:
    """When, where and how it was measured."""
    day, machine, postgresql = date.fromisoformat(kept["date"]), kept["machine"], kept["postgresql"]
    megabytes = int(machine["memory"].split()[0]) // 1024
    others = max(round_["others_cores"] for one in kept["contenders"].values() for round_ in one["rounds"])
    return (
        f"Measured on {day:%d %B %Y} at commit {kept['commit']} with `{kept['command_line']}`, in"
        f" {kept['seconds']['taken'] / 60:.1f} minutes, on {machine['cores']} cores of an {machine['processor']} with"
        f" {megabytes:,} MB, all programs and the clients included; programs that have nothing to do with it kept up to"
        f" {others:.1f} of them busy. PostgreSQL {kept['versions']['postgresql']},"
        f" fsync {postgresql['fsync']}, synchronous_commit {postgresql['synchronous_commit']}."
    )


def speed(kept: Kept) -> str:
    head = ["contender", "sales/s", "of the view", "p50 ms", "p99 ms", "processor of the view", "halves"]
    rows = [
        [
            one["title"],
            rate(one["sales_per_s"]),
            f"{one['times_view']:.2f}",
            f"{one['latency_ms']['p50']:,.0f}",
            f"{one['latency_ms']['p99']:,.0f}",
            f"{one['cpu_of_view']:.2f}",
            " ".join(map(rate, one["halves_per_s"])) + ("" if one["lasts"] else ", differ"),
        ]
        for one in kept["contenders"].values()
    ]
    return table(head, rows)


def processor(kept: Kept) -> str:
    rows = []
    for one in kept["contenders"].values():
        spent = one["cpu_s_per_1000_sales"]
        columns = [f"{sum(spent.get(name, 0) for name in names):.2f}" for names in PROGRAMS.values()]
        rows.append([one["title"], *columns, f"{one['cpu_s_per_1000_sales_but_clients']:.2f}"])
    return table(["contender", *PROGRAMS, "all but clients"], rows)


def figures(kept: Kept) -> str:
    told = [Figure.from_json(one) for one in kept["figures"]]
    rows = [[one.name, f"{one.reached} {one.unit}", one.asked, one.word] for one in told]
    return table(["figure", "reached", "asked for", ""], rows)


PARTS: Mapping[str, Callable[[Kept], str]] = {
    "origin": origin,
    "speed": speed,
    "processor": processor,
    "figures": figures,
}


def written(page: str, kept: Kept) -> str:
    """The page with each part that it has a place for."""

    def part(match: "re.Match[str]") -> str:
        return f"{match[1]}\n{PARTS[match[2]](kept)}\n{match[3]}"

    return re.sub(r"(<!-- bench: (\w+) -->)\n.*?\n?(<!-- end -->)", part, page, flags=re.DOTALL)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("|".join(["", *(f" {cell} " if cell else " " for cell in cells), ""]) for cells in lines)


def rate(sales_per_s: float) -> str:
    return f"{sales_per_s:,.0f}" if sales_per_s >= 20 else f"{sales_per_s:,.1f}"
