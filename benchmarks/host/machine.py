"""Where and with what the figures were measured."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from project.env import PROJECT_FOLDER

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
MEASURED = ("base", "inventory", "orders", "workers", "project", "benchmarks", "requirements", "Procfile")
MUST_BE_ON = ("fsync", "synchronous_commit")


class NotDurable(RuntimeError):
    """The database may lose what it has committed, and would be quick for that reason; the text is one line."""


def describe_machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _first_line("/proc/cpuinfo", "model name") or platform.processor(),
        "memory": _first_line("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
    }


def commit() -> str:
    """The last that changed what is measured; empty where git does not know."""
    changed = "+" if _git("status", "--porcelain") else ""
    return _git("log", "-1", "--abbrev=7", "--format=%h") + changed


def _git(*arguments: str) -> str:
    command = ["git", *arguments, "--", *MEASURED]
    return subprocess.run(command, cwd=PROJECT_FOLDER, capture_output=True, text=True, check=False).stdout.strip()


def server_settings(database_url: str) -> dict[str, str]:
    """As the server says them, in a session as the product's."""
    with psycopg.connect(database_url, autocommit=True) as database:
        shown = {name: str((database.execute(f"SHOW {name}".encode()).fetchone() or [""])[0]) for name in SETTINGS}
    for name in MUST_BE_ON:
        if shown[name] != "on":
            raise NotDurable(f"PostgreSQL runs with {name} {shown[name]}; figures count only with {name} on")
    return shown


def _first_line(path: str, name: str) -> str:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
