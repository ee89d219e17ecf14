"""Whose tables a room's SQL names: its own, and those of the rooms below."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps

from project.env import PROJECT_FOLDER

# Whatever a room of `orders` keeps belongs to an order and was made by a command, and bears the ids of both.
SHARED = {"orders_order", "orders_command"}

EXCEPTIONS = {
    ("orders/accounting/db.py", "orders_invoicenumber"): "an entry is sent with its sale's number, and posts it",
    ("orders/accounting/db.py", "orders_invoicepool"): "the pool's count goes with the number that is posted",
    ("orders/accounting/db.py", "orders_closing"): "an entry of a closing is sent with its number",
    ("orders/terminals/db/reads.py", "orders_drawer"): "a list of terminals tells whose drawer is open",
    ("orders/invoicing/db/late_sales.py", "orders_statuschange"): "the history knows which command sold it",
}


@cache
def floors() -> dict[str, int]:
    """Room -> how high it stands, as import-linter has it; those of one line stand beside each other."""
    contracts = tomllib.loads((PROJECT_FOLDER / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    apps_, rooms = (one["layers"] for one in contracts if one["type"] == "layers" and not one.get("containers", [])[1:])
    lines = [*reversed(apps_)]
    at = lines.index("orders")
    lines[at : at + 1] = [" : ".join(f"orders.{room}" for room in line.split(" : ")) for line in reversed(rooms)]
    return {room: floor for floor, line in enumerate(lines) for room in line.split(" : ")}


def room_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "orders" else parts[0]


@cache
def owners() -> dict[str, str]:
    """Table -> the room that has it."""
    models = [one for one in apps.get_models() if one.__module__.startswith(("orders.", "inventory."))]
    return {model._meta.db_table: room_of(model.__module__) for model in models}


def pages_of_sql() -> Iterator[tuple[Path, str]]:
    found = (path for top in ("inventory", "orders") for path in (PROJECT_FOLDER / top).rglob("*.py"))
    for file in sorted(found):
        name = file.relative_to(PROJECT_FOLDER)
        if "migrations" not in name.parts and "db" in name.with_suffix("").parts:
            yield name, room_of(".".join(name.with_suffix("").parts))


def named_in(file: Path) -> set[str]:
    tree = ast.parse((PROJECT_FOLDER / file).read_text())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {name for text in texts for name in re.findall(r"\b(?:orders|inventory)_[a-z]+\b", text)} & owners().keys()


def strangers() -> set[tuple[str, str]]:
    return {
        (file.as_posix(), table)
        for file, room in pages_of_sql()
        for table in named_in(file) - (SHARED if room.startswith("orders.") else set())
        if (owner := owners()[table]) != room and floors()[owner] >= floors()[room]
    }


def test_every_room_has_its_floor() -> None:
    assert set(owners().values()) | {room for _, room in pages_of_sql()} <= floors().keys()


def test_sql_names_no_tables_of_the_rooms_above_or_beside() -> None:
    assert strangers() - EXCEPTIONS.keys() == set()


def test_every_exception_is_one() -> None:
    assert EXCEPTIONS.keys() - strangers() == set()
