"""A disk that is full: a small file system in memory for the database, which only root can mount."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from benchmarks.chaos.faults.place import Fault, Place

FILLING_BYTES = 1 << 20


@contextmanager
def _fill(place: Place, _: random.Random, __: float) -> Iterator[bool]:
    """Both what is stored and what is logged before it; a new file of the log is asked for, so that it is missed."""
    assert place.disk
    filling = place.disk / "filling"
    try:
        with filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(FILLING_BYTES))
        with (
            suppress(psycopg.Error),
            psycopg.connect(place.stack.run_info["database_url"], autocommit=True, connect_timeout=2) as database,
        ):
            for _turn in range(3):
                database.execute("SELECT pg_switch_wal()")
        yield True
    finally:
        filling.unlink(missing_ok=True)


FULL = Fault(name="disk full", kind="disk full", begin=_fill, lasts_s=(1, 4))


@contextmanager
def small_disk(folder: Path, *, size: str = "1500m") -> Iterator[str | None]:
    """A file system in memory for this folder; else why there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        yield "only root may mount one"
        return
    reason = _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "ringup-chaos", str(folder))
    try:
        yield reason
    finally:
        if reason is None:
            _run("umount", str(folder))


def _run(*command: str) -> str | None:
    """Why it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stderr.strip() or f"{command[0]} failed") if done.returncode else None
