"""How much waits for a worker, an operator or a payment provider: counted by partial indexes, up to a limit."""

from collections import Counter
from datetime import datetime

from base.sql.scope import Scope, named, of
from base.sql.sets import COUNTED_MAX, cursor

BADGE_MAX = 99

_COUNT = "(SELECT count(*) FROM (SELECT FROM {table} WHERE {of}{{of}} ORDER BY {by} LIMIT {limit}) AS counted)"


def _count(table: str, of: str, *, by: str, limit: int = COUNTED_MAX) -> str:
    return _COUNT.format(table=table, of=of, by=by, limit=limit)


# Each in the order of its index, so that it ends where the limit is.
_WAITING = f"""
    SELECT {_count("orders_command", "state = 'pending' AND order_id IS NOT NULL", by="order_id, seq")},
        {_count("orders_command", "state = 'pending' AND order_id IS NULL", by="store_id, seq")},
        {_count("orders_repair", "act = 'dismiss'", by="id")},
        {_count("orders_authorization", "state = 'requested'", by="next_attempt_at")},
        {_count("orders_paymentinstruction", "state = 'pending'", by="next_attempt_at, id")},
        {_count("orders_paymentinstruction", "state = 'parked'", by="id")},
        (
            SELECT count(*) FROM (
                SELECT last_error FROM orders_voidnotice WHERE told_at IS NULL{{of}}
                ORDER BY next_attempt_at LIMIT {COUNTED_MAX}
            ) AS untold WHERE last_error <> ''
        )
"""

_OF_FIRST = "(SELECT min({at}) FROM (SELECT * FROM {table} WHERE {of}{{of}} ORDER BY {by} LIMIT {limit}) AS first)"


def _since(table: str, of: str, *, by: str, at: str) -> str:
    """Of the first COUNTED_MAX by the index: what was tried in vain has moved behind others."""
    return _OF_FIRST.format(table=table, of=of, by=by, at=at, limit=COUNTED_MAX)


_WAITING_SINCE = f"""
    SELECT (
            SELECT accepted_at FROM orders_command
            WHERE state = 'pending' AND blocked_by_id IS NULL{{of}} ORDER BY seq LIMIT 1
        ),
        {_since("orders_journalentry", "state = 'pending'", by="next_attempt_at, seq", at="created_at")},
        {_since("orders_authorization", "state = 'requested'", by="next_attempt_at", at="requested_at")},
        {_since("orders_paymentinstruction", "state = 'pending'", by="next_attempt_at, id", at="created_at")},
        (
            SELECT min(coalesce(voided_at, assigned_at))
            FROM (
                SELECT number_id FROM orders_voidnotice WHERE told_at IS NULL{{of}}
                ORDER BY next_attempt_at LIMIT {COUNTED_MAX}
            ) AS notice JOIN orders_invoicenumber AS number ON number.id = number_id
        )
"""
WHAT_WAITS = ("commands", "entries", "authorizations", "instructions", "void_notices")

_PARKED = f"""
    SELECT {_count("orders_command", "state = 'parked' AND order_id IS NOT NULL", by="order_id", limit=BADGE_MAX + 1)},
        {_count("orders_command", "state = 'parked' AND order_id IS NULL", by="order_id", limit=BADGE_MAX + 1)},
        {_count("orders_journalentry", "state = 'parked'", by="seq", limit=BADGE_MAX + 1)},
        {_count("orders_paymentinstruction", "state = 'parked'", by="id", limit=BADGE_MAX + 1)}
"""

# Those of stores apart: however many orders are stopped, they hide none.
_OF_ALL = """
    (SELECT state, kind FROM orders_command
    WHERE state IN ('parked', 'awaiting') AND order_id IS {owned} NULL{{of}} ORDER BY order_id LIMIT {limit})
"""
_STUCK = f"""
    SELECT state, kind, count(*) FROM (
        {_OF_ALL.format(owned="NOT", limit=COUNTED_MAX)} UNION ALL {_OF_ALL.format(owned="", limit=COUNTED_MAX)}
    ) AS stuck GROUP BY state, kind
"""


def parked(stores: Scope = None) -> dict[str, int]:
    """What waits for an operator, by what it is: as many as a badge can say, and one more."""
    row = cursor().execute(_PARKED.format(of=of(stores)), named(stores)).fetchone()
    assert row
    of_orders, of_stores, entries, instructions = row
    return {"commands": of_orders + of_stores, "entries": entries, "instructions": instructions}


def waiting(stores: Scope = None) -> dict[str, int]:
    """By what it is, each at most COUNTED_MAX."""
    row = cursor().execute(_WAITING.format(of=of(stores)), named(stores)).fetchone()
    assert row
    of_orders, of_stock, *others = row
    names = (
        "commands_dismissed",
        "authorizations_requested",
        "payments_pending",
        "payments_parked",
        "void_notices_failed",
    )
    pending = min(of_orders + of_stock, COUNTED_MAX)
    return {"commands_pending": pending, **dict(zip(names, others, strict=True))}


def waiting_since(stores: Scope = None) -> dict[str, datetime | None]:
    """By what waits for a worker, for accounting or for a payment provider: when the oldest came; None where none
    waits."""
    row = cursor().execute(_WAITING_SINCE.format(of=of(stores)), named(stores)).fetchone()
    assert row
    return dict(zip(WHAT_WAITS, row, strict=True))


def stuck(stores: Scope = None) -> Counter[tuple[str, str]]:
    """(State, kind) -> how many commands of it wait for an operator or for a payment provider: of the first COUNTED_MAX
    of orders, and as many of stores."""
    asked = cursor().execute(_STUCK.format(of=of(stores)), named(stores))
    return Counter({(state, kind): count for state, kind, count in asked})
