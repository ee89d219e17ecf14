"""PostgreSQL's postmaster.pid: whether the server is ready, and whether the file is only a leftover."""

from pathlib import Path

STATUS_LINE = 7


def is_ready(data: Path, pid: int) -> bool:
    """The file's eighth line is what pg_ctl waits for, too."""
    lines = read_lines(data)
    return len(lines) > STATUS_LINE and lines[0] == str(pid) and lines[STATUS_LINE] == "ready"


def remove_stale(data: Path) -> None:
    """Remove the file unless its process is a PostgreSQL in this folder.

    PostgreSQL itself refuses to start while any process of its user has that number.
    """
    lines = read_lines(data)
    if lines and not is_postgres_in(data, lines[0]):
        (data / "postmaster.pid").unlink(missing_ok=True)


def is_postgres_in(data: Path, pid: str) -> bool:
    process = Path("/proc", pid)
    try:
        return (process / "comm").read_text().strip() == "postgres" and (process / "cwd").readlink() == data
    except OSError:
        return False


def read_lines(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []
