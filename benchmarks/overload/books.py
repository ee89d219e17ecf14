"""The books afterwards: whatever was accepted is settled once, with all its effects, and nothing else was stored."""

from collections.abc import Sequence
from typing import Any

import psycopg

from benchmarks.books import Sold, faults
from benchmarks.lane import Lane

_OF_TILLS = """SELECT id::text, state, coalesce(extract(epoch FROM settled_at - accepted_at), -1)::float8
    FROM orders_command WHERE kind = 'pay' AND (issued_by = %(name)s OR issued_by LIKE %(name)s || '/%%')"""


def wrong_and_settled_s(database_url: str, lane: Lane, accepted: Sequence[str]) -> tuple[list[str], list[float]]:
    """What is wrong, a line each; and how long each command took, from accepted to settled."""
    with psycopg.connect(database_url, autocommit=True) as database:
        rows: list[Any] = database.execute(_OF_TILLS, {"name": lane.name}).fetchall()
    stored = {id_ for id_, _, _ in rows}
    told = {
        "accepted commands are lost": len(set(accepted) - stored),
        "commands were told twice": len(accepted) - len(set(accepted)),
        "commands are stored that nobody was told of": len(stored - set(accepted)),
        "commands did not succeed": sum(state != "succeeded" for _, state, _ in rows),
    }
    wrong = [f"{count} {what}" for what, count in told.items() if count]
    wrong += faults(database_url, {lane.name: Sold(len(set(accepted)), lane.lines)})
    return wrong, [seconds for _, _, seconds in rows if seconds >= 0]
