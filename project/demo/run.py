"""One sales day on a running stack, from the first delivery to the audit. Django is set up on the stack's database."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from orders.audit.round import audit
from project.demo.day.day import Day
from project.demo.day.expected import expect
from project.demo.day.stock import opening_stock
from project.demo.drawers import close_drawers, float_of, open_drawers
from project.demo.figures import open_work, read_figures, read_refused, unposted
from project.demo.outage import Outage
from project.demo.progress import watched
from project.demo.replay import Replay, replay
from project.demo.report import Report, percentiles
from project.demo.shelves import receive_stock, write_catalogue, write_taxes
from project.demo.terminals import Terminals
from project.demo.verdict import Refused, broken_by_outage, broken_laws
from project.demo.versions import read_versions

SETTLED_WITHIN_S = 60
LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    report: Report
    refused: Sequence[Refused]
    broken: Sequence[str]


def run_day(
    day: Day, *, tills: int, scarce: bool, accounting_down: bool, run_info: dict[str, Any], console: Console
) -> Outcome:
    """`run_info`: what the stack says of itself. `accounting_down`: for the middle third of the day."""
    keys = run_info["terminals"]
    stock = opening_stock(day, scarce=scarce)
    expected = expect(day)
    float_minor = float_of(expected)
    outage = Outage(run_info["accounting_url"], commands=expected.commands) if accounting_down else None
    with Terminals(run_info["base_url"], keys=keys) as terminals:
        with console.status(f"receiving {sum(stock.values()):,} units of {len(day.products):,} products"):
            write_taxes(terminals["backoffice"])
            write_catalogue(day.products, terminal_key=keys["backoffice"])
            receive_stock(stock, terminals["backoffice"])
        open_drawers(float_minor, terminals)
        with ExitStack() as parts:
            on_settled = parts.enter_context(watched(console, commands=expected.commands, tills=tills))
            if outage:
                parts.callback(outage.end)
                on_settled = outage.seen_by(on_settled)
            seen = replay(day, terminals, tills=tills, on_settled=on_settled)
        with console.status("waiting for the last commands, closing the drawers, then auditing"):
            if not seen.failure:
                close_drawers(float_minor, seen.done, terminals)
            wait_until_quiet()
            report = read_report(seen, outage, broker_url=run_info["broker_url"])
    refused = read_refused()
    broken = broken_laws(report=report, done=seen.done, refused=refused, expected=expected, scarce=scarce)
    if accounting_down:
        broken += broken_by_outage(report)
    return Outcome(report=report, refused=refused, broken=[*([seen.failure] if seen.failure else []), *broken])


def wait_until_quiet() -> None:
    """Until no command waits for a worker, no sale for its number and no entry for accounting; what still waits after
    a while is in the report."""
    end = time.monotonic() + SETTLED_WITHIN_S
    while (open_work() or unposted()) and time.monotonic() < end:
        time.sleep(LOOK_EVERY_S)


def read_report(seen: Replay, outage: Outage | None, *, broker_url: str) -> Report:
    return Report(
        **read_figures(),
        entries_booked=outage.simulator.booked() if outage else None,
        accounting_down_s=round(outage.lasted_s, 3) if outage else 0.0,
        credit_lines_left_out=seen.credit_lines_left_out,
        replayed=sum(one.seen.replay_held is True for one in seen.done),
        audit_drifts=len(audit()),
        elapsed_s=round(seen.elapsed_s, 3),
        commands_per_s=round(len(seen.done) / seen.elapsed_s, 1),
        latency_ms=percentiles([one.seen.latency_ms for one in seen.done]),
        versions=read_versions(broker_url=broker_url),
    )
