"""docs/proof.md says what the lists and the kept figures say."""

import ast

from project.env import PROJECT_FOLDER
from tests.protections.faults import CHAOS, faults, figures
from tests.protections.guards import guards
from tests.protections.kept import kept
from tests.protections.listed import protections
from tests.protections.page import PAGE, page


def test_it_is_as_the_lists_and_figures_say() -> None:
    assert PAGE.read_text() == page(), "python -m tests.protections --page writes it"


def test_each_protection_was_taken_away_and_missed() -> None:
    entries = kept()
    listed = {one.id for one in protections() if not one.spare}
    assert sorted(listed ^ entries.keys()) == [], "python -m tests.protections --all --stale --keep walks them"
    assert [name for name, entry in entries.items() if entry["verdict"] != "red"] == []


def test_each_fault_has_tests_that_are_there() -> None:
    for one in faults():
        assert one.tests, one.says
        for test in one.tests:
            file, _, name = test.partition("::")
            tree = ast.parse((PROJECT_FOLDER / file).read_text())
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, test


def test_whatever_was_measured_stands_beside_its_fault() -> None:
    measured = {kind for one in faults() for kind in one.measured}
    assert set((figures(CHAOS) or {"recovery_s": {}})["recovery_s"]) - measured == set()


def test_the_databases_guards_are_found() -> None:
    assert len({name for names in guards().values() for name in names}) > 100
