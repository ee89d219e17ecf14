"""Counters that processes have in common: each keeps its own in a folder, and `/metrics` tells the sums of all."""

import os
import socket
from pathlib import Path

from prometheus_client import values


def share(folder: Path) -> None:
    """Before the first counter is made."""
    folder.mkdir(parents=True, exist_ok=True)
    values.ValueClass = values.MultiProcessValue(_name)  # type: ignore[no-untyped-call]


def _name() -> str:
    """Two containers may have processes of one number."""
    return f"{socket.gethostname()}-{os.getpid()}"
