"""RINGUP_HOME: private files that appear whole or not at all."""

import os
import secrets
import tempfile
from pathlib import Path


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
