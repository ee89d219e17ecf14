"""What `./ringup check` says of locked versions that are known to be unsafe."""

import json
from pathlib import Path
from typing import Any

import pytest

from project.commands.audit import UNREACHED, audit
from project.env import PROJECT_FOLDER

SAFE = {"name": "django", "version": "5.2.9", "vulns": []}
UNSAFE = {"name": "redis", "version": "4.5.2", "vulns": [{"id": "PYSEC-2023-46", "fix_versions": ["4.5.4"]}]}
UNKNOWN = {"name": "unfold", "skip_reason": "it is not known"}


def found(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("out", "complaint", "status", "is_safe", "said"),
    [
        (found(SAFE), "", 0, True, "audit: 1 locked versions, 0 known faults"),
        (found(SAFE, UNSAFE), "", 1, False, "audit: redis 4.5.2: PYSEC-2023-46, mended in 4.5.4"),
        (found(SAFE, UNKNOWN), "", 0, True, "audit: NOT DONE for unfold: it is not known"),
        ("", "requests.exceptions.ConnectionError: Name or service not known", 1, True, UNREACHED),
        ("", "requests.exceptions.ReadTimeout: it took too long", 1, True, UNREACHED),
        ("", "usage: pip-audit\nerror: no such option", 2, False, "audit: pip-audit failed: error: no such option"),
        ("", "", 1, False, "audit: pip-audit failed: it says nothing"),
    ],
)
def test_a_known_fault_fails_and_what_was_not_looked_at_is_told(
    tmp_path: Path, out: str, complaint: str, status: int, is_safe: bool, said: str
) -> None:
    """Its own answers, by a program that stands in for it: whether its database can be reached differs."""
    (tmp_path / "out").write_text(out)
    (tmp_path / "complaint").write_text(complaint)
    program = tmp_path / "pip-audit"
    program.write_text(
        f"#!/bin/sh\necho $* >{tmp_path}/asked\ncat {tmp_path}/out\ncat {tmp_path}/complaint >&2\nexit {status}\n"
    )
    program.chmod(0o755)
    verdict, told = audit(tmp_path)
    assert verdict is is_safe
    assert said in told.splitlines()
    asked = (tmp_path / "asked").read_text()
    locks = sorted((PROJECT_FOLDER / "requirements").glob("*.txt"))
    assert [lock.name for lock in locks if str(lock) not in asked] == []
