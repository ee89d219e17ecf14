"""docs/locks.md names every place where a transaction begins or a row is locked."""

import ast
import re
from collections.abc import Iterator

import pytest

from project.env import PROJECT_FOLDER
from tests.unit.test_tidy import files, name_of, nodes_of

LOCK = re.compile(r"FOR (?:NO KEY )?UPDATE\b|FOR (?:KEY )?SHARE\b|pg_(?:try_)?advisory_xact_lock")
OF_OTHERS = "project/simulator/"


@pytest.fixture(scope="module")
def document() -> str:
    return (PROJECT_FOLDER / "docs" / "locks.md").read_text()


Nodes = tuple[ast.AST, ...]


def ours() -> Iterator[tuple[str, Nodes]]:
    for file in files("base", "inventory", "orders", "workers", "project"):
        if "migrations" not in file.parts and not name_of(file).startswith(OF_OTHERS):
            yield name_of(file), nodes_of(file)


def begins(nodes: Nodes) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "atomic" for node in nodes)


def locks(nodes: Nodes) -> bool:
    return any(isinstance(node, ast.Constant) and bool(LOCK.search(str(node.value))) for node in nodes)


def named_in(document: str) -> set[str]:
    return set(re.findall(r"`((?:base|inventory|orders|workers|project)/[\w/]+\.py)`", document))


def test_every_transaction_is_listed(document: str) -> None:
    listed = named_in(document.partition("## Transactions")[2].partition("## Locks")[0])
    assert {name for name, nodes in ours() if begins(nodes)} - listed == set()


def test_every_lock_is_listed(document: str) -> None:
    assert {name for name, nodes in ours() if locks(nodes)} - named_in(document) == set()


def test_what_is_listed_does_so(document: str) -> None:
    found = {name: nodes for name, nodes in ours() if name in named_in(document)}
    assert set(found) == named_in(document)
    assert [name for name, nodes in found.items() if not (begins(nodes) or locks(nodes))] == []
