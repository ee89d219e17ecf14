"""Plans are drawn of seeds, told in a line, and made smaller."""

import pytest

from tests.simulation.plan import Plan, drawn, parsed
from tests.simulation.shrink import shrunk


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plan_is_read_as_it_was_told(seed: int) -> None:
    assert parsed(str(drawn(seed))) == drawn(seed)


def test_what_a_failure_does_not_need_is_left_out() -> None:
    plan = Plan(seed=1, steps=1_000, workers=3, tills=3, faults=frozenset({"kill", "drop", "lost", "jump", "skew"}))

    def fails(smaller: Plan) -> int | None:
        return 90 if "lost" in smaller.faults and smaller.workers > 1 else None

    small = shrunk(plan, fails)
    assert (small.faults, small.workers, small.tills, small.steps) == (frozenset({"lost"}), 2, 1, 90)


def test_a_plan_that_fails_in_all_its_parts_only_stays() -> None:
    plan = drawn(4)
    assert shrunk(plan, lambda smaller: 10 if smaller == plan else None) == plan
