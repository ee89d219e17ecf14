"""What came of it, and what is asked of each figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from base.line import BURST_MAX
from benchmarks.overload.flood import Heard
from benchmarks.overload.neighbours import Beside, Turns
from benchmarks.overload.watch import Watched
from benchmarks.results.figures import Figure
from benchmarks.results.tables import figure_table, print_head
from orders.journal.ring import WAITING_MAX
from project.demo.report import percentiles

NORMAL_WITHIN_S = 10
GROWTH_MB_MAX = 150
"""Of one program: what so many threads and requests take, and what it loads when it first needs it."""
AS_SLOW = 2.0
"""An answer may take as long as the line that it stands in, at half the speed: the other half are refusals."""
SLOWER_MOST = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`rate`: sales a second that the machine takes; `settled_s`: from accepted to settled, of each command;
    `normal_after_s`: None where it never was; `books`: what is wrong with them."""

    database: Mapping[str, str]
    rate: float
    pending_max: int
    usual_s: float
    seconds: float
    heard: Heard
    watched: Watched
    settled_s: list[float]
    normal_after_s: float | None
    turns: Turns
    books: list[str]

    @property
    def figures(self) -> list[Figure]:
        heard, seen = self.heard, self.watched
        answers = percentiles([1000 * one for one in heard.answers_s])
        settled = percentiles(self.settled_s)
        answer_ms = 1000 * AS_SLOW * BURST_MAX / self.rate
        settled_s = AS_SLOW * self.pending_max / self.rate
        after_s = NORMAL_WITHIN_S * 10.0 if self.normal_after_s is None else self.normal_after_s
        return [
            Figure(name="the machine takes", value=self.rate, unit="sales/s"),
            Figure(name="offered", value=heard.offered / self.seconds, unit="sales/s", least=2.5 * self.rate),
            Figure(name="accepted", value=len(heard.accepted) / self.seconds, unit="sales/s"),
            Figure(name="told to come back", value=heard.refused.total(), unit="calls", least=1),
            Figure(name="without Retry-After", value=heard.not_told_when, unit="calls", most=0),
            Figure(name="neither accepted nor told so", value=heard.unclear.total(), unit="calls", most=0),
            Figure(name="found no connection", value=heard.unsent, unit="calls", most=0),
            Figure(name="accepted: p50", value=answers["p50"], unit="ms"),
            Figure(name="accepted: p99", value=answers["p99"], unit="ms", most=round(answer_ms)),
            Figure(name="settled after: p99", value=settled["p99"], unit="s", most=round(settled_s, 1)),
            Figure(name="commands that wait", value=max(seen.pending), unit="", most=1.25 * self.pending_max),
            Figure(name="rings that wait", value=max(seen.rings), unit="messages", most=2 * WAITING_MAX),
            *(
                Figure(name=f"{name}: memory grew by", value=max(mb) - mb[0], unit="MB", most=GROWTH_MB_MAX)
                for name, mb in sorted(seen.memory_mb.items())
            ),
            Figure(name="normal again after", value=after_s, unit="s", most=NORMAL_WITHIN_S),
            *neighbours(self.turns),
        ]

    @property
    def wrong(self) -> list[str]:
        missed = [f"{one.name}: {one.reached} {one.unit}, asked {one.asked}" for one in self.figures if not one.is_met]
        return [*self.books, *missed, *dict.fromkeys(self.turns.failed), *self.heard.unclear]

    def say(self, console: Console) -> None:
        print_head(console, database=self.database)
        console.print(figure_table(self.figures))
        for title, counted in (("Refused", self.heard.refused), ("The broken till", self.turns.broken.refused)):
            told = ", ".join(f"{count:,} times {what}" for what, count in sorted(counted.items()))
            console.print(f"{title}: {told or 'nothing'}", highlight=False)
        for line in self.wrong:
            console.print(f"[bold red]Wrong:[/] {line}", highlight=False)
        if not self.wrong:
            console.print("Everything holds: what was accepted is settled once, and the others were told when to come.")

    def as_json(self) -> dict[str, Any]:
        return {
            "postgresql": dict(self.database),
            "seconds": round(self.seconds, 1),
            "usual_ms": round(1000 * self.usual_s, 1),
            "refused": dict(self.heard.refused),
            "refused_to_the_broken_till": dict(self.turns.broken.refused),
            "memory_mb": {name: [round(one, 1) for one in mb] for name, mb in self.watched.memory_mb.items()},
            "pending": self.watched.pending,
            "figures": [one.as_json() for one in self.figures],
            "wrong": self.wrong,
        }


def neighbours(turns: Turns) -> list[Figure]:
    """What it is like beside a broken till. What its program takes from the four, since it runs on their machine, is no
    fault of Ringup's: the target is for what they lose besides."""
    alone, program, broken = Beside.NOBODY, Beside.ITS_PROGRAM, Beside.BROKEN
    times = [
        Figure(name=f"beside {beside}: {name}", value=turns.ms(name, beside), unit="ms")
        for beside in Beside
        for name in ("p50", "p99")
    ]
    slower = [
        Figure(
            name=f"beside {beside}: {name}",
            value=turns.ms(name, beside) / max(turns.ms(name, than), 1e-9),
            unit=f"x beside {than}",
            most=SLOWER_MOST if than is program else None,
        )
        for beside, than in ((program, alone), (broken, alone), (broken, program))
        for name in ("p50", "p99")
    ]
    fewer = [
        Figure(
            name=f"beside {beside}: sales",
            value=turns.per_s(beside) / max(turns.per_s(than), 1e-9),
            unit=f"x beside {than}",
            least=1 / SLOWER_MOST if than is program else None,
        )
        for beside, than in ((program, alone), (broken, alone), (broken, program))
    ]
    return [*times, *slower, *fewer]
