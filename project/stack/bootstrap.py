"""Make .venv from the hash-locked requirements. Runs before anything is installed: standard library only."""

import fcntl
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
VENV = HERE / ".venv"
INSTALLED = VENV / "installed"
LOG = VENV / "install.log"
CLIENT = HERE / "clients" / "python"
TELL_WHERE = """
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "ringup_client.pth").write_text(f"{sys.argv[1]}\\n")
"""
"""Python looks for modules in the folder that a .pth file names: what is our own is used from where it is."""
LOCKS = [HERE / "requirements" / name for name in ("uv.txt", "dev.txt")]


def wanted() -> str:
    """Name what an up-to-date .venv holds: its own place, since scripts in it name it, and the locks."""
    return f"{HERE}\n" + "".join(lock.read_text() for lock in LOCKS)


def is_installed() -> bool:
    whole = INSTALLED.exists() and (VENV / "bin/python").exists() and not VENV.is_symlink()
    return whole and INSTALLED.read_text() == wanted()


def run(*command: str) -> bool:
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        return subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False).returncode == 0


def install() -> None:
    """Begin anew unless the last install was finished; the stamp goes first and comes back last."""
    if importlib.util.find_spec("ensurepip") is None:
        release = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(f"ringup: Python {release} lacks its venv module; install the package python{release}-venv")
    print("ringup: installing the locked requirements into .venv (once)", file=sys.stderr)
    if VENV.is_symlink():
        VENV.unlink()  # what it points to belongs to somebody else
    finished = INSTALLED.exists()
    INSTALLED.unlink(missing_ok=True)
    try:
        if not finished:
            venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"ringup: could not make {VENV}: {error}")
    pip = [str(VENV / "bin/python"), "-m", "pip", "install", "-q", "--retries", "2", "--require-hashes"]
    # Compiled once here, or else by every process at every start where Python may not write next to its sources.
    uv = [str(VENV / "bin/uv"), "pip", "sync", "-q", "--compile-bytecode", "--system-certs", "--require-hashes"]
    paths = [str(lock) for lock in LOCKS]
    by_uv = run(*pip, "-r", paths[0]) and run(*uv, "--python", str(VENV / "bin/python"), *paths)
    # uv does not read pip's configuration of indexes and certificates; pip is slower, but knows the machine.
    if not by_uv and not run(*pip, *(part for path in paths for part in ("-r", path))):
        sys.exit(f"ringup: could not download the requirements; is there a network? See {LOG}")
    if not run(str(VENV / "bin/python"), "-c", TELL_WHERE, str(CLIENT)):
        sys.exit(f"ringup: could not write into {VENV}. See {LOG}")
    draft = VENV / f"installed.{os.getpid()}"
    draft.write_text(wanted())
    draft.replace(INSTALLED)


def main() -> None:
    """Install under a lock that dies with its holder: of two starts one installs, the other waits."""
    with (HERE / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed():
            install()


if __name__ == "__main__":
    main()
