"""RINGUP_HOME: private files that appear whole or not at all."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class HomeTaken(RuntimeError):
    """Two programs must not work in one home; the text is one line."""


def write_private(path: Path, content: str) -> None:
    """Replace a file atomically; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def kept_secret(path: Path) -> str:
    """Read a random secret, made by the first caller and the same for all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        write_private(draft, secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)  # fails where another process was first, whose secret then counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """One stack per home. The lock dies with its holder, however that ends."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeTaken(f"a stack runs in {home} already; stop it or set another RINGUP_HOME") from None
        yield
