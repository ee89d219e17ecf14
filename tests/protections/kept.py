"""What the last whole walk found, kept beside the pages: of each protection what became of its test without it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

from project.env import PROJECT_FOLDER
from tests.protections.listed import Protection, protections, source
from tests.protections.walk import Verdict, Walked

KEPT = PROJECT_FOLDER / "docs" / "protections.json"
Kept: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By the protection's id."""


@cache
def _digest(file: str) -> bytes:
    return hashlib.sha256(source(file).encode()).digest()


def digest(one: Protection) -> str:
    """Of what was tried: the files with the protection and with its test, and what is taken away."""
    files = b"".join(_digest(file) for file in sorted(one.files))
    return hashlib.sha256(files + repr((one.changes, one.test)).encode()).hexdigest()[:16]


def kept() -> Kept:
    return json.loads(KEPT.read_text()) if KEPT.exists() else {}


def keep(one: Protection, walked: Walked) -> None:
    """With what was found before, of those that are still listed."""
    ids = {listed.id for listed in protections() if not listed.spare}
    entries = {name: entry for name, entry in kept().items() if name in ids}
    entries[one.id] = {
        "verdict": walked.verdict,
        "on": datetime.now(UTC).date().isoformat(),
        "seconds": round(walked.seconds, 1),
        "digest": digest(one),
    }
    KEPT.write_text(json.dumps(dict(sorted(entries.items())), indent=1) + "\n")


def is_stale(one: Protection, entries: Kept) -> bool:
    """Something of it changed since it was taken away last, or it never was."""
    entry = entries.get(one.id, {})
    return entry.get("digest") != digest(one) or entry["verdict"] != Verdict.RED
