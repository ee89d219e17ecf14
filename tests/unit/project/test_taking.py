"""When a worker takes nothing although messages wait."""

import pytest

from project.messaging.taking import LOOKS_MAX, Looks

JAMMED = {"taken": 7, "has": 0, "waiting": 3}


def looks(*, jammed: int) -> Looks:
    """So many looks at a worker that takes nothing."""
    made = Looks(taken=7)
    for _ in range(jammed):
        made.see(**JAMMED)
    return made


def test_it_is_seen_at_the_last_of_so_many_looks() -> None:
    assert [looks(jammed=before).see(**JAMMED) for before in range(LOOKS_MAX)] == [*[False] * (LOOKS_MAX - 1), True]


@pytest.mark.parametrize(
    "well",
    [
        pytest.param({"taken": 8}, id="it took one"),
        pytest.param({"has": 1}, id="it has one"),
        pytest.param({"waiting": 0}, id="nothing waits"),
    ],
)
def test_one_good_look_lets_it_begin_anew(well: dict[str, int]) -> None:
    seen = looks(jammed=LOOKS_MAX - 1)
    assert not seen.see(**{**JAMMED, **well})
    assert seen.idle == 0
