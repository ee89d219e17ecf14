"""Every SQL text of the program, as it is put together, and whether it names the store that it is about."""

import ast
import importlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from project.env import PROJECT_FOLDER

ROOMS = ("base", "inventory", "orders", "workers", "project", "till")
OF_OTHERS = "project/simulator/"
VERB = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE|TRUNCATE|LOCK)\b")
TABLE = re.compile(r"\b(orders|inventory)_[a-z]+\b")
ITS_STORE = (
    re.compile(r"%\(stores?(_id)?\)"),
    re.compile(r"\{of[(}]"),
    re.compile(r"(store_id|store\.id|inventory_store( AS store)? WHERE id)\s*=\s*(ANY\s*\()?\s*(%|given\.)"),
    re.compile(r"USING \(store_id"),
)
"""A parameter for one store or for some, or rows that come with theirs."""
ORM = re.compile(r"\.(objects|through|_default_manager)\b")


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """`name`: of the constant or function that has it."""

    file: str
    name: str
    text: str

    @property
    def names_its_store(self) -> bool:
        return any(one.search(self.text) for one in ITS_STORE)


def files() -> Iterator[tuple[str, str]]:
    """Name and text, but for migrations and for programs of others."""
    for room in ROOMS:
        for path in sorted((PROJECT_FOLDER / room).rglob("*.py")):
            name = path.relative_to(PROJECT_FOLDER).as_posix()
            if "migrations" not in path.parts and not name.startswith(OF_OTHERS):
                yield name, path.read_text()


@cache
def statements() -> frozenset[Statement]:
    return frozenset(one for name, text in files() if TABLE.search(text) for one in _of(name, ast.parse(text)))


def with_orm() -> set[str]:
    """Files that ask by Django's models; the admin's pages do so in one place, which a test of its own holds."""
    return {name for name, text in files() if ORM.search(text) and "/admin" not in name}


def _of(file: str, tree: ast.Module) -> Iterator[Statement]:
    module = importlib.import_module(".".join(Path(file).with_suffix("").parts).removesuffix(".__init__"))
    for top in tree.body:
        match top:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found = _texts(getattr(module, name))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found = _written(top)
            case _:
                continue
        yield from (Statement(file, name, text) for text in found if VERB.match(text) and TABLE.search(text))


def _texts(value: Any) -> Iterator[str]:
    """The texts of a constant, however deep."""
    match value:
        case str():
            yield value
        case bytes():
            yield value.decode(errors="replace")
        case Mapping():
            yield from (text for one in value.values() for text in _texts(one))
        case Collection():
            yield from (text for one in value for text in _texts(one))
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield from (text for name in value.__dataclass_fields__ for text in _texts(getattr(value, name)))


def _written(top: ast.AST) -> Iterator[str]:
    """The texts inside a function; what is put in stands there in braces."""
    parts = {id(part) for node in ast.walk(top) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(top):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else ast.unparse(one)[2:-1] for one in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value
