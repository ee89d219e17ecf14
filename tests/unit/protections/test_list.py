"""The list of protections is whole and true: what it takes away is there, its tests are, and nothing is left out."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from project.env import PROJECT_FOLDER
from tests.protections.listed import KINDS, Protection, protections, source

LIST = protections()
ROOMS = ("base", "inventory", "orders", "workers", "project")
OF_OTHERS = "project/simulator/"
PROTECTS = re.compile(
    r"FOR (?:NO KEY )?UPDATE\b|FOR (?:KEY )?SHARE\b|\bSKIP LOCKED|\bNOWAIT\b|\bLOCK TABLE\b|\bpg_(?:try_)?advisory\w*"
    r"|\bDO NOTHING\b|\blimit_locks\((?!milliseconds)|(?:WHERE|AND|OR) \(?(?:\w+\.)?lease_until"
)
EXCEPTIONS = {
    ("orders/journal/db/reads/looks.py", "lease_until"): "looks whether something is due, and takes nothing",
}
"""File and what stands there -> why it protects nothing."""


@cache
def tree_of(file: str) -> ast.Module:
    return ast.parse(source(file))


def functions_of(file: str) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(tree_of(file)) if isinstance(node, ast.FunctionDef)}


def remarks_of(file: str) -> set[int]:
    """The lines of comments and docstrings."""
    nodes = [node for node in ast.walk(tree_of(file)) if isinstance(node, ast.Expr)]
    texts = [node for node in nodes if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)]
    lines = {line for node in texts for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    comments = enumerate(source(file).splitlines(), start=1)
    return lines | {number for number, line in comments if line.lstrip().startswith("#")}


def protecting() -> Iterator[tuple[str, int, str]]:
    """Every text of ours that protects something: file, place, text."""
    for room in ROOMS:
        for path in sorted((PROJECT_FOLDER / room).rglob("*.py")):
            file = path.relative_to(PROJECT_FOLDER).as_posix()
            if "migrations" in path.parts or file.startswith(OF_OTHERS):
                continue
            found = list(PROTECTS.finditer(text := source(file)))
            remarks = remarks_of(file) if found else set()
            yield from (
                (file, match.start(), match[0])
                for match in found
                if text.count("\n", 0, match.start()) + 1 not in remarks
            )


def is_listed(file: str, at: int) -> bool:
    changes = (change for one in LIST for change in one.changes if change.file == file)
    places = ((source(file).index(change.old), len(change.old)) for change in changes)
    return any(begin <= at < begin + length for begin, length in places)


def wrong_with(one: Protection) -> str:
    try:
        for change in one.changes:
            compile(change.made_in(source(change.file)), change.file, "exec")
    except (AssertionError, SyntaxError) as error:
        return f"{one.id}: {error}"
    return ""


def test_what_is_taken_away_is_there_once_and_what_is_left_is_python() -> None:
    assert list(filter(None, map(wrong_with, LIST))) == []


def test_each_has_a_name_of_its_own_and_a_kind() -> None:
    assert [name for name, count in Counter(one.id for one in LIST).items() if count > 1] == []
    assert {one.kind for one in LIST} == set(KINDS)


def test_each_has_a_test_or_a_reason_why_it_has_none() -> None:
    assert [one.id for one in LIST if bool(one.test) == bool(one.spare)] == []
    assert [one.test for one in LIST if one.test and one.test_name not in functions_of(one.test_file)] == []


def test_what_a_test_takes_away_itself_has_a_case_with_it_and_one_without() -> None:
    found = [one for one in LIST if one.itself]
    assert len(found) > 20
    cases = {one.id: ast.unparse(functions_of(one.test_file)[one.test_name]) for one in found}
    assert [name for name, text in cases.items() if "parametrize" not in text or "not " not in text] == []


def test_all_that_protects_is_listed() -> None:
    found = list(protecting())
    assert len(found) > 60
    excepted = [(file, at) for file, at, text in found for name, what in EXCEPTIONS if file == name and what in text]
    left = [(file, at, text) for file, at, text in found if not is_listed(file, at) and (file, at) not in excepted]
    assert [f"{file}:{source(file).count(chr(10), 0, at) + 1}: {text}" for file, at, text in left] == []
    assert {file for file, _ in excepted} == {file for file, _ in EXCEPTIONS}
