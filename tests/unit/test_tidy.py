"""The style of the tree, held by a test so that it cannot rot."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("base", "inventory", "orders", "workers", "till", "project")
ROOMS = (*PRODUCT, "benchmarks", "clients", "tests")
LINES_MAX = 250

# Where whatever goes wrong is caught and goes no further: the command at fault is parked for it, and reported.
TASK_BOUNDARIES = {"workers/isolate.py", "workers/run.py", "orders/journal/bell.py"}
# All that the core takes from Python: no clock, no chance, no files, no network.
PENCIL_AND_PAPER = {"bisect", "collections", "copy", "dataclasses", "datetime", "enum", "functools", "hashlib"}
PENCIL_AND_PAPER |= {"itertools", "math", "operator", "re", "typing", "uuid"}
CORE = re.compile(r"inventory\.core(\.\w+)?|orders\.\w+\.core(\.\w+)?|base\.(codes|currencies|import_rows|drift)")
FOR_DJANGO = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'project.settings')"
CLOCKS_AND_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7"}
# Folder and prefix -> why it is none.
PREFIXES = {
    ("project", "settings"): "Django's settings are looked for under this name; the others are for some processes"
}
VAGUE = re.compile("(^|_)(manager|service|helpers?|utils?|process|handler?|data|info)(_|$)")
SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|WITH \w+ AS)\s", re.ASCII)


@cache
def files(*rooms: str) -> tuple[Path, ...]:
    return tuple(sorted(path for room in rooms for path in (ROOT / room).rglob("*.py")))


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), filename=str(file))


@cache
def nodes_of(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(file)))


@cache
def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def found(node_of: Callable[[Path, ast.AST], bool], *rooms: str) -> list[str]:
    """Where in these rooms the syntax is of that kind: file:line."""
    return [
        f"{name_of(file)}:{getattr(node, 'lineno', 0)}"
        for file in files(*rooms)
        for node in nodes_of(file)
        if node_of(file, node)
    ]


@cache
def is_in(file: Path, *folders: str) -> bool:
    return any(part in file.relative_to(ROOT).with_suffix("").parts for part in folders)


def test_no_file_is_long() -> None:
    long = [name_of(file) for file in files(*ROOMS) if len(file.read_text().splitlines()) > LINES_MAX]
    assert [name for name in long if "/migrations/" not in name] == []


def test_every_module_of_core_and_db_says_what_it_is() -> None:
    modules = [file for file in files(*PRODUCT) if is_in(file, "core", "db") and file.name != "__init__.py"]
    assert [name_of(file) for file in modules if not ast.get_docstring(tree_of(file))] == []


def test_whatever_goes_wrong_is_caught_at_task_boundaries_only() -> None:
    def catches_anything(file: Path, node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {""}
        reraises = isinstance(node.body[-1], ast.Raise)
        return bool(caught & {"", "Exception", "BaseException"}) and not reraises

    assert {place.split(":")[0] for place in found(catches_anything, *PRODUCT)} <= TASK_BOUNDARIES


def test_only_programs_that_people_start_print() -> None:
    def prints(_: Path, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"

    assert found(prints, "workers", "orders", "inventory", "base") == []


def test_the_environment_is_read_in_one_place() -> None:
    def touches(file: Path, node: ast.AST) -> bool:
        """Setting what Django or Celery reads is no reading."""
        if name_of(file) == "project/env.py":
            return False
        match node:
            case ast.ImportFrom(module="os", names=names):
                return any(name.name in ("environ", "getenv") for name in names)
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv"):
                return node not in set_for_others(file)
        return False

    def set_for_others(file: Path) -> Iterator[ast.AST]:
        for node in nodes_of(file):
            match node:
                case ast.Call(func=ast.Attribute(value=named)) if ast.unparse(node) == FOR_DJANGO:
                    yield named
                case ast.Subscript(value=named, ctx=ast.Store()):
                    yield named

    assert found(touches, *PRODUCT) == []


def test_the_core_is_pencil_and_paper() -> None:
    strangers = [
        f"{name_of(file)}: {module}"
        for file in files("inventory", "orders")
        if is_in(file, "core")
        for module in imported(file)
        if module.split(".")[0] not in PENCIL_AND_PAPER and not CORE.fullmatch(module)
    ]
    assert strangers == []
    assert sys.stdlib_module_names >= PENCIL_AND_PAPER


def test_the_core_has_no_clock_and_no_chance() -> None:
    def asks_the_world(file: Path, node: ast.AST) -> bool:
        return (
            is_in(file, "core")
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCKS_AND_CHANCE
        )

    assert found(asks_the_world, "orders", "inventory") == []


def test_no_amount_is_ever_a_float() -> None:
    """What decides works with whole numbers; how fast numbers burn is no amount."""

    def is_inexact(file: Path, node: ast.AST) -> bool:
        if not is_in(file, "core") or name_of(file) == "orders/invoicing/core/pool.py":
            return False
        return isinstance(node, ast.Div) or (isinstance(node, ast.Constant) and isinstance(node.value, float))

    assert found(is_inexact, "orders", "inventory") == []


def imported(file: Path) -> Iterator[str]:
    for node in nodes_of(file):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module)):
                yield module


def test_sql_stands_in_db_and_migrations_only() -> None:
    def is_sql(file: Path, node: ast.AST) -> bool:
        at_home = is_in(file, "db", "migrations")
        return not at_home and isinstance(node, ast.Constant) and bool(SQL.match(str(node.value)))

    assert found(is_sql, "orders", "inventory", "workers") == []


def test_business_transactions_begin_in_one_place() -> None:
    def begins(file: Path, node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "atomic" and is_in(file, "api", "admin", "core")

    assert found(begins, "orders", "inventory") == []


def test_imports_stand_at_the_top() -> None:
    """But for the programs that set Django up first."""

    def is_late(_: Path, node: ast.AST) -> bool:
        return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)
        )

    assert found(is_late, "workers", "orders", "inventory", "base") == []


def test_no_module_has_a_vague_name() -> None:
    assert [name_of(file) for file in files(*PRODUCT) if VAGUE.search(file.stem)] == []


def first_word(file: Path) -> str:
    return file.stem.removeprefix("test_").partition("_")[0]


def test_no_prefix_does_the_work_of_a_folder() -> None:
    """Two files may begin with one word, as a thing and what belongs to it; three of them are a folder."""
    names = Counter((name_of(file.parent), first_word(file)) for file in files(*ROOMS))
    shared = {place for place, count in names.items() if count > 2 and place[1]}
    assert shared - PREFIXES.keys() == set()
    assert PREFIXES.keys() - shared == set()


def test_dataclasses_of_the_core_are_frozen_and_slotted() -> None:
    def is_loose(file: Path, node: ast.AST) -> bool:
        if not (is_in(file, "core") and isinstance(node, ast.ClassDef)):
            return False
        made = [ast.unparse(decorator) for decorator in node.decorator_list]
        return any(
            text.startswith("dataclass") and not ("frozen=True" in text and "slots=True" in text) for text in made
        )

    assert found(is_loose, "orders", "inventory") == []


@pytest.mark.parametrize(
    "word", ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "pytest.mark." + "skip", "x" + "fail("]
)
def test_nothing_is_left_for_later(word: str) -> None:
    assert [name_of(file) for file in files(*ROOMS) if word in file.read_text()] == []


def test_no_test_replaces_the_database_or_the_broker() -> None:
    assert [name_of(file) for file in files("tests") if "unittest.mock" in set(imported(file))] == []


def test_the_core_knows_what_is_in_what_it_is_given() -> None:
    """What comes as JSON is a value before a rule sees it, and what a rule answers becomes JSON after it."""

    def is_loose(file: Path, node: ast.AST) -> bool:
        if not (is_in(file, "core") and isinstance(node, ast.Subscript)):
            return False
        is_mapping = ast.unparse(node.value).split(".")[-1] in ("dict", "Mapping", "MutableMapping")
        return is_mapping and any(isinstance(inner, ast.Name) and inner.id == "Any" for inner in ast.walk(node.slice))

    assert found(is_loose, "orders", "inventory") == []


def test_what_lives_as_long_as_a_room_has_a_room() -> None:
    """Pytest knows a folder as a package by its `__init__.py`, and without one keeps such a fixture to the end."""

    def is_for_a_room(_: Path, node: ast.AST) -> bool:
        return isinstance(node, ast.keyword) and ast.unparse(node) == "scope='package'"

    rooms = {(ROOT / place.partition(":")[0]).parent for place in found(is_for_a_room, "tests")}
    assert rooms
    assert [room.name for room in rooms if not (room / "__init__.py").exists()] == []
