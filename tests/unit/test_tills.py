"""What docs/tills.md says of states, codes and roles is what the code says."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from orders.commands.core.machine import SYSTEM_KINDS, Kind
from orders.commands.core.outcomes import Code, CommandState
from orders.commands.core.roles import Role, action_of, may
from orders.terminals.api.auth import TerminalKey
from project.api.api import api
from project.env import PROJECT_FOLDER

PAGE = (PROJECT_FOLDER / "docs" / "tills.md").read_text()


def first_column(title: str) -> list[str]:
    text = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


def test_it_tells_every_state_and_every_code_once() -> None:
    assert sorted(first_column("States, and what the cashier sees")) == sorted(CommandState)
    assert first_column("Codes") == list(Code)


def test_the_table_of_roles_is_the_codes() -> None:
    rows = [
        f"| `{kind}` | {', '.join(role for role in Role if may(role, action_of(kind)))} |"
        for kind in Kind
        if kind not in SYSTEM_KINDS
    ]
    told = PAGE.split("\n| kind | roles |\n|---|---|\n")[1].split("\n\n")[0]
    assert told.splitlines() == rows, "\n".join(rows)


def test_the_table_of_calls_is_the_codes() -> None:
    rows = [f"| `{call}` | {roles} |" for call, roles in sorted(calls()) if roles != ", ".join(Role)]
    told = PAGE.split("\n| call | roles |\n|---|---|\n")[1].split("\n\n")[0]
    assert len(rows) > 45
    assert told.splitlines() == rows, "\n".join(rows)


def calls() -> Iterator[tuple[str, str]]:
    """Each call, and who may make it."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                call = f"{operation.methods[0]} {router.prefix}{path}".replace("{path:", "{").rstrip("/")
                yield call, roles_of(operation.auth_callbacks)


def roles_of(keys: Sequence[Any]) -> str:
    if not keys:
        return "without a key"
    (key,) = keys
    assert isinstance(key, TerminalKey)
    return ", ".join(role for role in Role if may(role, key.action))


def test_the_till_has_sixty_lines() -> None:
    till = PAGE.split("```python\n")[1].split("```")[0]
    assert len(till.splitlines()) == 60
