"""docs/proof.md tells the simulation's laws and mutants as they are."""

import ast

import pytest

from project.env import PROJECT_FOLDER
from tests.protections.simulated import simulation
from tests.simulation.judged import JUDGED, Judged
from tests.simulation.laws import LAWS
from tests.simulation.mutants import MUTANTS, teeth

ROOM = PROJECT_FOLDER / "tests" / "simulation"
RAN = {"jobs": 1, "runs": 2, "steps": 3_000, "commands": 400, "seconds": 60.0, "failed": "", "missed": {}}


def test_each_query_of_the_laws_is_told() -> None:
    assert {one.by for one in JUDGED if "::" not in one.by} == set(LAWS)


@pytest.mark.parametrize("one", [one for one in JUDGED if "::" in one.by], ids=lambda one: one.by)
def test_what_judges_is_there(one: Judged) -> None:
    file, _, name = one.by.partition("::")
    tree = ast.parse((ROOM / file).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_what_is_taken_away_at_each_run_is_one_of_those_that_can_be() -> None:
    assert set(teeth()) <= set(MUTANTS)


def test_before_there_was_a_run_the_page_tells_of_none() -> None:
    said = "".join(simulation(None))
    assert "steps a second" not in said
    assert "run that was kept" not in said


def test_of_a_run_the_page_tells_what_it_came_to_and_what_broke_it() -> None:
    said = " ".join("".join(simulation(RAN)).split())
    assert "tests.simulation --minutes 1 --json" in said
    assert "2 seeds with 3,000 steps and 400 commands, 50 steps a second. No law was broken." in said
    assert "tests.simulation --jobs 2 --minutes 1" in " ".join("".join(simulation({**RAN, "jobs": 2})).split())
    assert "A law was broken by the plan `seed=7`" in " ".join("".join(simulation({**RAN, "failed": "seed=7"})).split())


def test_of_what_was_taken_away_the_page_tells_who_missed_it() -> None:
    first, second, *_ = MUTANTS
    said = "".join(simulation({**RAN, "missed": {first: "seed 3 after 90 steps", second: ""}}))
    assert "tests.simulation --mutants --minutes 1 --json" in " ".join(said.split())
    assert "In the run that was kept 1 were missed" in said
    assert "| seed 3 after 90 steps |" in said
    kept, seed = next(iter(teeth().items()))
    assert f"| {kept[0].upper()}{kept[1:]} | yes | seed {seed} |" in "".join(simulation(None)), "missed when last tried"
