"""A database as a file of SQL, compressed, and back."""

import lzma
import subprocess
from pathlib import Path

from project.stack.embedded.root import LIBRARIES

PROGRAMS = LIBRARIES / "pginstall" / "bin"


def dump(url: str, file: Path) -> None:
    file.write_bytes(lzma.compress(_dumped(url)))


def schema(url: str) -> str:
    """All but the rows."""
    return _dumped(url, "--schema-only").decode()


def _dumped(url: str, *options: str) -> bytes:
    command = [str(PROGRAMS / "pg_dump"), "--no-owner", "--no-privileges", "--restrict-key=ringup", *options, url]
    return subprocess.run(command, capture_output=True, check=True).stdout


def restore(file: Path, url: str) -> None:
    """Into an empty database."""
    command = [str(PROGRAMS / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", url]
    subprocess.run(command, input=lzma.decompress(file.read_bytes()), capture_output=True, check=True)
