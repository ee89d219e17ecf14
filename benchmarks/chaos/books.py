"""The books afterwards: every command that a till had an answer for is settled, and nothing drifts."""

from collections.abc import Sequence
from typing import Any

import psycopg

from project.stack.embedded.child import wait_until

SETTLED_WITHIN_S = 90
_STATES = "SELECT state, count(*) FROM orders_command WHERE id = ANY(%s::uuid[]) GROUP BY state"
_OF_ALL = "SELECT count(*) FROM orders_command WHERE state IN ('pending', 'parked')"


def states(database_url: str, accepted: Sequence[str]) -> dict[str, int]:
    """State -> how many of the accepted commands, once nothing is pending any more or it takes too long."""
    wait_until(lambda: _ask(database_url, _OF_ALL) == [(0,)], seconds=SETTLED_WITHIN_S)
    found: dict[str, int] = dict(_ask(database_url, _STATES, list(accepted)))
    return {**found, "missing": len(set(accepted)) - sum(found.values())}


def _ask(database_url: str, question: str, *params: Any) -> list[Any]:
    """Nothing while the server comes back."""
    try:
        with psycopg.connect(database_url) as database:
            return database.execute(question.encode(), params).fetchall()
    except psycopg.OperationalError:
        return []


def faults(found: dict[str, int], drifts: int) -> list[str]:
    """What is wrong, a line each."""
    wrong = [f"{count} accepted commands are {state}" for state, count in found.items() if count]
    wrong = [line for line in wrong if not line.endswith("succeeded")]
    return [*wrong, f"the audit found {drifts} drifts"] if drifts else wrong
