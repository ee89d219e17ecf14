"""The drawers of the terminals that handle cash: opened in the morning, and closed in the evening with what the tills
say lies in them."""

from collections.abc import Iterable

from project.demo.cashier import Done
from project.demo.day.expected import Expected
from project.demo.submit import CASH, submit
from project.demo.terminals import Terminals, TillFailed
from ringup_client import Asked, CloseDrawer, Counted, OpenDrawer

CHANGE_MINOR = 10_000
KINDS = {"pos": "pay", "supervisor": "return"}
"""Role of a terminal with a drawer -> what moves the cash in it."""


def float_of(expected: Expected) -> int:
    """Small change, and enough to give back in cash all that comes back."""
    return CHANGE_MINOR + expected.revenue_minor - expected.gross_minor


def open_drawers(float_minor: int, terminals: Terminals) -> None:
    for role in KINDS:
        _submit(role, OpenDrawer(float_minor=float_minor), terminals)


def close_drawers(float_minor: int, done: Iterable[Done], terminals: Terminals) -> None:
    """The tills count what they took and gave, whatever the server has written down of it."""
    moved = dict.fromkeys(KINDS.values(), 0)
    for one in done:
        if one.seen.kind in moved:
            moved[one.seen.kind] += one.seen.cash_minor
    for role, kind in KINDS.items():
        _submit(role, CloseDrawer(counted=[Counted(CASH, float_minor + moved[kind])]), terminals)


def _submit(role: str, asked: Asked, terminals: Terminals) -> None:
    seen = submit(terminals[role], asked, key=asked.kind)
    if seen.state != "succeeded":
        raise TillFailed(f"{asked.kind} of {role} was {seen.state}: {seen.code}")
