"""The drawers of the terminals that handle cash: opened in the morning, and closed in the evening with what the tills
say lies in them."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from project.demo.connection import Connection, TillFailed
from project.demo.day.expected import Expected
from project.demo.submit import Submission, submit
from project.demo.till import Done

CHANGE_MINOR = 10_000
KINDS = {"pos": "pay", "supervisor": "return"}
"""Role of a terminal with a drawer -> what moves the cash in it."""


def float_of(expected: Expected) -> int:
    """Small change, and enough to give back in cash all that comes back."""
    return CHANGE_MINOR + expected.revenue_minor - expected.gross_minor


def open_drawers(float_minor: int, *, base_url: str, terminal_keys: Mapping[str, str]) -> None:
    """`terminal_keys`: role -> key."""
    bodies = {role: {"float_minor": float_minor} for role in KINDS}
    _submit_all("open", bodies, base_url=base_url, terminal_keys=terminal_keys)


def close_drawers(float_minor: int, done: Iterable[Done], *, base_url: str, terminal_keys: Mapping[str, str]) -> None:
    """The tills count what they took and gave, whatever the server has written down of it."""
    moved = dict.fromkeys(KINDS.values(), 0)
    for one in done:
        if one.seen.kind in moved:
            moved[one.seen.kind] += one.seen.cash_minor
    bodies = {
        role: {"counted": [{"method": "cash", "amount_minor": float_minor + moved[kind]}]}
        for role, kind in KINDS.items()
    }
    _submit_all("close", bodies, base_url=base_url, terminal_keys=terminal_keys)


def _submit_all(
    verb: str, bodies: Mapping[str, Mapping[str, Any]], *, base_url: str, terminal_keys: Mapping[str, str]
) -> None:
    connection = Connection(base_url, stopping=threading.Event())
    for role, body in bodies.items():
        one = Submission(path=f"/drawer/{verb}", terminal_key=terminal_keys[role], key=f"drawer/{verb}", body=body)
        seen = submit(connection, one)
        if seen.state != "succeeded":
            raise TillFailed(f"the drawer of {role} is not {verb}: {seen.state} {seen.code}")
    connection.close()
