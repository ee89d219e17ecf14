"""Payments of the business day that goes on, by method."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from base.sql.scope import Scope, named, of
from base.sql.sets import COUNTED_MAX, cursor
from orders.journal.db.reads.lately import first_id

DAY_MAX = timedelta(hours=26)
"""A day is longer where clocks are put back."""

# A store's day begins when it says, by the clock on its wall.
_TAKEN = f"""
    SELECT store.currency, min(store.locale), method, kind, count(*), sum(amount_minor)::bigint
    FROM (
        SELECT store_id, method, kind, amount_minor, created_at FROM orders_payment
        WHERE id >= %(since)s{{of}} ORDER BY id DESC LIMIT {COUNTED_MAX}
    ) AS payment
    JOIN inventory_store AS store ON store.id = payment.store_id
    WHERE payment.created_at >= (
        date_trunc('day', (%(now)s AT TIME ZONE time_zone) - day_starts_at) + day_starts_at
    ) AT TIME ZONE time_zone
    GROUP BY store.currency, method, kind ORDER BY store.currency, sum(amount_minor) DESC, method, kind
"""


class Taken(NamedTuple):
    """`kind`: a tender, or a refund, which was given back. `locale`: of a store with that currency."""

    currency: str
    locale: str
    method: str
    kind: str
    payments: int
    amount_minor: int


def taken_today(stores: Scope, *, now: datetime) -> Sequence[Taken]:
    """Of these stores, each in its own day; of the newest COUNTED_MAX payments. The largest sum of a currency first."""
    asked = {"since": first_id(now - DAY_MAX), "now": now, **named(stores)}
    return [Taken(*row) for row in cursor().execute(_TAKEN.format(of=of(stores)), asked)]
