"""`./ringup manage` without servers of one's own."""

import subprocess
import sys
from pathlib import Path

from project import env as environment

BROKER = "redis://127.0.0.1:1/0"
"""Nobody is there, and nobody is asked."""


def manage(home: Path, *arguments: str, database: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "project", "manage", *arguments],
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
    assert "[ ] 0001_initial" in listed.stdout
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_command_that_needs_no_database_starts_none(tmp_path: Path) -> None:
    assert manage(tmp_path, "makemigrations", "--check", "--dry-run").stdout == "No changes detected\n"
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    asked = manage(tmp_path, "migrate", database="postgresql://shop:hunter2@127.0.0.1:1/ringup")
    assert (asked.returncode, asked.stderr.count("\n")) == (2, 1)
    assert asked.stderr.startswith("ringup: DATABASE_URL: the database cannot be used: connection failed: ")
    assert "hunter2" not in asked.stderr
