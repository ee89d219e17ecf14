"""`./ringup manage` without servers of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from project import env as environment
from project.stack.home import locked

NO_TABLES = "ringup: the database has no tables yet: run ./ringup manage migrate first\n"
BROKER = "redis://127.0.0.1:1/0"
"""Nobody is there, and nobody is asked."""


def manage(home: Path, *arguments: str, database: str = "") -> "subprocess.CompletedProcess[str]":
    return ended(["-m", "project", "manage", *arguments], home, database=database)


def ended(arguments: list[str], home: Path, *, database: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment.for_child(
            RINGUP_HOME=str(home),
            DATABASE_URL=database,
            BROKER_URL=BROKER if database else "",
            SECRET_KEY="",
        ),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_starts_the_homes_database_and_stops_it_again(tmp_path: Path) -> None:
    listed = manage(tmp_path, "showmigrations", "orders")
    assert "[ ] 0001_functions" in listed.stdout
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    told = manage(tmp_path, "enrol_code", "demo", "Till 1")
    assert (told.returncode, told.stderr) == (2, NO_TABLES)


OF_A_SHOP = (
    ("create_store", "north", "North", "GBP"),
    ("create_terminal", "demo", "Till 2", "pos"),
    ("enrol_code", "demo", "Till 2"),
    ("rotate_key", "demo", "Till 2"),
    ("revoke_terminal", "demo", "Till 2"),
    ("forget_customer", "Ada"),
    ("audit",),
    ("export", "demo"),
    ("createsuperuser",),
    ("shell",),
)
# One process for all, which is most of what each takes.
EACH = f"""
import sys
from project.commands.manage import main
for command in {OF_A_SHOP}:
    try:
        main(list(command))
    except SystemExit as ended:
        print(command[0], ended.code)
"""


def test_in_a_fresh_home_there_is_no_shop_and_none_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = ended(["-c", EACH], home)
    line = f"ringup: there is no shop in {home} yet: run ./ringup up first, or ./ringup manage migrate\n"
    assert told.stdout.splitlines() == [f"{command[0]} 2" for command in OF_A_SHOP]
    assert told.stderr == line * len(OF_A_SHOP)
    assert not home.exists()


@pytest.mark.parametrize("command", ["create_store", "terminals"])
def test_help_needs_no_shop(command: str, tmp_path: Path) -> None:
    told = manage(tmp_path, command, "--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"usage: ./ringup manage {command} ")
    assert list(tmp_path.iterdir()) == []


def test_while_the_homes_stack_starts_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with locked(tmp_path):
        told = manage(tmp_path, "export", "demo")
    line = f"ringup: the stack in {tmp_path} is starting or stopping; try again in a moment\n"
    assert (told.returncode, told.stderr) == (2, line)


def test_a_command_that_needs_no_database_starts_none(tmp_path: Path) -> None:
    assert manage(tmp_path, "makemigrations", "--check", "--dry-run").stdout == "No changes detected\n"
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    asked = manage(tmp_path, "migrate", database="postgresql://shop:hunter2@127.0.0.1:1/ringup")
    assert (asked.returncode, asked.stderr.count("\n")) == (2, 1)
    assert asked.stderr.startswith("ringup: DATABASE_URL: the database cannot be used: nothing listens at ")
    assert "hunter2" not in asked.stderr
