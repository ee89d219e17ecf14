"""docs/locks.md names every place where a transaction begins or a row is locked."""

import ast
import re
from collections.abc import Iterator

import pytest

from project.env import PROJECT_FOLDER

LOCK = re.compile(r"FOR (?:NO KEY )?UPDATE\b|FOR (?:KEY )?SHARE\b|pg_(?:try_)?advisory_xact_lock")
OF_OTHERS = "project/simulator/"


@pytest.fixture(scope="module")
def document() -> str:
    return (PROJECT_FOLDER / "docs" / "locks.md").read_text()


def ours() -> Iterator[tuple[str, ast.Module]]:
    for room in ("base", "inventory", "orders", "workers", "project"):
        for file in sorted((PROJECT_FOLDER / room).rglob("*.py")):
            name = file.relative_to(PROJECT_FOLDER).as_posix()
            if "migrations" not in file.parts and not name.startswith(OF_OTHERS):
                yield name, ast.parse(file.read_text())


def begins(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "atomic" for node in ast.walk(tree))


def locks(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Constant) and bool(LOCK.search(str(node.value))) for node in ast.walk(tree))


def named_in(document: str) -> set[str]:
    return set(re.findall(r"`((?:base|inventory|orders|workers|project)/[\w/]+\.py)`", document))


def test_every_transaction_is_listed(document: str) -> None:
    listed = named_in(document.partition("## Transactions")[2].partition("## Locks")[0])
    assert {name for name, tree in ours() if begins(tree)} - listed == set()


def test_every_lock_is_listed(document: str) -> None:
    assert {name for name, tree in ours() if locks(tree)} - named_in(document) == set()


def test_what_is_listed_does_so(document: str) -> None:
    found = {name: tree for name, tree in ours() if name in named_in(document)}
    assert set(found) == named_in(document)
    assert [name for name, tree in found.items() if not (begins(tree) or locks(tree))] == []
