"""The tree as a next release might be: tables, a field of a command and an argument of a task that this one lacks."""

import shutil
from pathlib import Path

from project.env import PROJECT_FOLDER

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "tests", "docs")
MIGRATIONS = Path(__file__).parent / "migrations"
CHANGES = {
    "orders/sales/api/bodies.py": (
        "class PayIn(TakesNumber):\n",
        "class PayIn(TakesNumber):\n    gift_note: str | None = None\n",
    ),
    "orders/journal/db/newer.py": ("Kind.PAY: _TENDER\n", 'Kind.PAY: _TENDER | {"gift_note"}\n'),
    "orders/journal/ring.py": (
        'told = {"order_id": str(order_id), "command_id": str(command_id)}',
        'told = {"order_id": str(order_id), "command_id": str(command_id), "priority": 1}',
    ),
}
"""File -> what stands there, and what stands there in the next release."""


def make_next_release(tree: Path) -> None:
    shutil.copytree(PROJECT_FOLDER, tree, ignore=LEFT_OUT)
    for migration in MIGRATIONS.glob("0*.py"):
        shutil.copy(migration, tree / "orders" / "migrations")
    for name, (before, after) in CHANGES.items():
        file = tree / name
        text = file.read_text()
        assert text.count(before) == 1, name
        file.write_text(text.replace(before, after))
