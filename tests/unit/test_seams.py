"""What tests reach into: public names, so that what is behind them can move."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.unit.test_tidy import PRODUCT, SQL, files, name_of, nodes_of

PRIVATE = {
    # What a process remembers is begun anew.
    ("tests/integration/workers/test_follow_up.py", "_done_at"),
    # Protections that are no statement: without them the goods must be oversold.
    ("tests/concurrency/test_stock.py", "_current"),
    # The scheduler's own clock, and a look that finds nothing: a minute passes in no time.
    ("tests/integration/project/test_beat.py", "_default_now"),
    ("tests/integration/project/test_beat.py", "_look"),
}


def statements() -> set[str]:
    return {
        target.id
        for file in files(*PRODUCT)
        for node in nodes_of(file)
        if isinstance(node, ast.Assign) and SQL.match(ast.unparse(node.value).lstrip("rbf\"'").replace("\\n", "\n"))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def patched(file: Path) -> Iterator[str]:
    """Names that are set for a test, by what `monkeypatch.setattr` is given."""
    for node in nodes_of(file):
        match node:
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr"), args=[ast.Constant(str(path)), *_]):
                yield path.rpartition(".")[2]
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr"), args=[_, ast.Constant(str(name)), *_]):
                yield name


def test_no_test_patches_what_is_private() -> None:
    found = {(name_of(file), name) for file in files("tests") for name in patched(file) if name.startswith("_")}
    assert found == PRIVATE


def test_no_test_patches_a_statement_by_its_name() -> None:
    known = statements()
    assert {"UNSETTLED", "_LEASE", "_DUE"} <= known
    assert [(name_of(file), name) for file in files("tests") for name in patched(file) if name in known] == []
