"""docs/proof.md's part on the simulation: its laws, what it misses when it is gone, and the run that was kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.protections.tables import filled, table
from tests.simulation.judged import JUDGED
from tests.simulation.mutants import MUTANTS, SEEDS_WITHOUT, STEPS_WITHOUT, teeth

HEAD = """
`python -m tests.simulation` runs a whole shop in one process, or two stores beside each other. Tills with drawers,
workers, upkeep, an operator and the outside take turns, and one seed decides whose turn it is before each statement,
what is lost, who dies and what the clock says. After each step the laws must hold, and in the end all must be settled.
A seed that breaks a law is one line, and breaks it again.
"""

LAWS = """
Judged is from outside, by other code than the shop's. {laws} laws:
"""

KEPT = """
`python -m tests.simulation {given}--minutes {minutes:.0f} --json docs/simulation.json` ran {runs:,} seeds with
{steps:,} steps and {commands:,} commands, {speed:,.0f} steps a second. {broken}.
"""

TAKEN = """
Whether it would notice is tried as well: {all} protections are taken away, one at a time, and looked for in the first
{seeds} seeds of {steps} steps. Such a seed must break a law, and hold with the protection. {always} of them are taken
away at each run of the suite.{found}
"""


def simulation(ran: Mapping[str, Any] | None) -> Iterator[str]:
    yield "## Whole days, one step at a time\n"
    yield filled(HEAD)
    if ran:
        yield _kept(ran)
    yield filled(LAWS, laws=len(JUDGED))
    yield table(["law", "looked at"], [[one.says, one.after] for one in JUDGED])
    yield from _taken_away(ran["missed"] if ran else {})


def _kept(ran: Mapping[str, Any]) -> str:
    broken = f"A law was broken by the plan `{ran['failed']}`" if ran["failed"] else "No law was broken"
    speed = ran["steps"] / ran["seconds"]
    given = ("--mutants " if ran["missed"] else "") + (f"--jobs {ran['jobs']} " if ran["jobs"] > 1 else "")
    return filled(KEPT, **ran, given=given, minutes=ran["seconds"] / 60, speed=speed, broken=broken)


def _taken_away(missed: Mapping[str, str]) -> Iterator[str]:
    found = sum(map(bool, missed.values()))
    yield filled(
        TAKEN,
        all=len(MUTANTS),
        seeds=SEEDS_WITHOUT,
        steps=STEPS_WITHOUT,
        always=len(teeth()),
        found=f" In the run that was kept {found} were missed." if missed else "",
    )
    yield table(["taken away", "at each run", "missed by"], [_row(name, missed) for name in MUTANTS])


def _row(name: str, missed: Mapping[str, str]) -> list[str]:
    by = missed.get(name) or (f"seed {teeth()[name]}" if name in teeth() else "")
    return [f"{name[0].upper()}{name[1:]}", "yes" if name in teeth() else "", by]
