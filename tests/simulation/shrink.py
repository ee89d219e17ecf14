"""Making a failing plan smaller: fewer kinds of fault, fewer actors, fewer steps, as long as it still fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.simulation.plan import Plan


def shrunk(plan: Plan, fails: Callable[[Plan], int | None], *, tries: int = 40) -> Plan:
    """`fails`: after how many steps, None where it does not. Tries at most so many smaller plans."""
    while tries > 0:
        for smaller in _smaller(plan):
            tries -= 1
            steps = fails(smaller)
            if steps is not None:
                plan = replace(smaller, steps=min(smaller.steps, steps))
                break
            if tries <= 0:
                return plan
        else:
            return plan
    return plan


def _smaller(plan: Plan) -> Iterator[Plan]:
    if plan.faults:
        yield replace(plan, faults=frozenset())
    kinds = sorted(plan.faults)
    if len(kinds) > 3:
        yield replace(plan, faults=frozenset(kinds[: len(kinds) // 2]))
        yield replace(plan, faults=frozenset(kinds[len(kinds) // 2 :]))
    for kind in kinds:
        yield replace(plan, faults=plan.faults - {kind})
    if plan.drawers:
        yield replace(plan, drawers=False)
    for name in ("stores", "workers", "upkeepers", "tills"):
        if getattr(plan, name) > 1:
            yield replace(plan, **{name: getattr(plan, name) - 1})
    if plan.steps > 100:
        yield replace(plan, steps=plan.steps // 2)
