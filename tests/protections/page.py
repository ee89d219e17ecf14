"""docs/proof.md: what Ringup promises, every protection with its test, every fault with its test and its recovery."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from project.env import PROJECT_FOLDER
from tests.protections.faults import CHAOS, SIMULATION, Fault, faults, figures
from tests.protections.guards import guards
from tests.protections.kept import Kept, kept
from tests.protections.listed import KINDS, Protection, protections
from tests.protections.simulated import simulation
from tests.protections.tables import filled, table

PAGE = PROJECT_FOLDER / "docs" / "proof.md"

HEAD = """# What is proved, and how

*This page is made from the lists in `tests/protections` and from what was measured, by `python -m tests.protections
--page`. A test holds it to them.*

Whether to trust this with money should not depend on anybody's word. So each thing that keeps a promise is named here,
with the test that fails where it is gone. That was tried: the protection was taken out of the code, the test was run,
and it failed.

## The promise

- Every command that was ever answered 202 settles exactly once, in order, whatever dies.
- Stock is never oversold.
- An invoice number is used at most once.
- Money, stock and postings always add up.
"""

LISTED = """
{all} protections are listed. {tried} were taken away one at a time, each in a copy of the code, and the test beside it
failed each time{last}; what made no sense to Python or PostgreSQL without it did not count. {itself} of them are taken
away by their own test at each run of the suite, marked *itself*; of the others each run takes some away, those first
whose code has changed. {spare} are spare: another one stands behind each.
"""

GUARDED = """
{all} constraints, unique indexes and triggers. Each is tried by a statement that it refuses, and by the same statement
without it, which then passes. A guard that no test tries turns `tests/integration/project/test_each_guard.py` red.
"""

STRUCK = """
Measured by `./ringup chaos --minutes {minutes:g} --seed {seed}`: {struck} faults struck while {commands:,} commands
were taken, and {unanswered:,} of {sent:,} requests had no answer. {wrong}. Recovery is the time in seconds from the end
of a fault until a sale is settled that began after it: the median, and the longest. Faults of others beside these, as
an accounting system that is down, were in force most of the time.
"""
RIGHT = (
    "Each order's history can have come about by the rules, all stock, money and numbers add up, and nothing was left"
)

LIMITS = """## What is not proved

- What is on no list. Every lock, `SKIP LOCKED`, advisory lock, `DO NOTHING` and condition on a lease in the code is on
  this one, or a test fails; of rules of order, looks before writing, pauses and retries those are that somebody thought
  of.
- That it is enough. A test that fails without a protection shows that the protection does something. Whether all of
  them together suffice is what the simulation and the chaos runs ask.
- Other machines than those that the figures were made on.
"""


def page() -> str:
    parts = [
        HEAD,
        *_protections(kept()),
        *_guards(),
        *_faults(figures(CHAOS)),
        *simulation(figures(SIMULATION)),
        LIMITS,
    ]
    return "\n".join(parts)


def write() -> None:
    PAGE.write_text(page())


def _protections(entries: Kept) -> Iterator[str]:
    listed = protections()
    tried = [entry for entry in entries.values() if entry["verdict"] == "red"]
    days = sorted(entry["on"] for entry in tried)
    spare = [one for one in listed if one.spare]
    yield "## Each protection, and the test that fails without it\n"
    yield filled(
        LISTED,
        all=len(listed),
        tried=len(tried),
        last=f", last on {_day(days[-1])}" if days else "",
        itself=sum(one.itself for one in listed),
        spare=len(spare),
    )
    for kind, says in KINDS.items():
        of_kind = [one for one in listed if one.kind == kind and not one.spare]
        yield f"### {says[0].upper()}{says[1:]}\n"
        yield table(["protection", "where", "test that fails without it"], map(_row, of_kind))
    yield "### Spare\n"
    rows = [[one.says, _where(one), one.spare] for one in spare]
    yield table(["protection", "where", "why nothing fails without it"], rows)


def _row(one: Protection) -> list[str]:
    return [one.says, _where(one), f"{_test(one.test)}{' *itself*' if one.itself else ''}"]


def _where(one: Protection) -> str:
    return f"`{one.changes[0].file}`"


def _test(test: str) -> str:
    """Without the case: a reader looks for the function."""
    file, _, name = test.partition("::")
    return f"`{file}` {name.partition('[')[0]}"


def _guards() -> Iterator[str]:
    found = guards()
    yield "## What the database refuses, whoever asks\n"
    yield filled(GUARDED, all=len({name for names in found.values() for name in names}))
    yield table(["test", "guards"], [[f"`{file}`", ", ".join(names)] for file, names in found.items()])


def _faults(chaos: Mapping[str, Any] | None) -> Iterator[str]:
    yield "## Each fault, its tests, and how soon a shop sells again\n"
    if chaos:
        yield filled(
            STRUCK,
            minutes=chaos["minutes"],
            seed=chaos["seed"],
            struck=sum(chaos["faults"].values()),
            commands=sum(chaos["commands"].values()),
            wrong=f"{len(wrong)} things were wrong: {'; '.join(wrong)}" if (wrong := chaos["violations"]) else RIGHT,
            **chaos["requests"],
        )
    rows = [[one.says, "<br>".join(map(_test, one.tests)), *_recovery(one, chaos)] for one in faults()]
    yield table(["fault", "tests", "times", "recovery"], rows)


def _recovery(one: Fault, chaos: Mapping[str, Any] | None) -> Sequence[str]:
    found = [of_kind for kind, of_kind in (chaos or {}).get("recovery_s", {}).items() if kind in one.measured]
    if not found:
        return "", ""
    times = sum(int(of_kind["count"]) for of_kind in found)
    middle = sum(of_kind["p50"] * of_kind["count"] for of_kind in found) / times
    return str(times), f"{middle:.1f}, {max(of_kind['max'] for of_kind in found):.1f}"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d %B %Y}".lstrip("0")
