"""Which tills a store has, and which of them were seen today."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.sql.scope import Scope, named, of
from base.sql.sets import cursor
from orders.commands.core.roles import Role

TILLS = (Role.POS, Role.SUPERVISOR)
MISSED_DAYS = 14
"""Who was not seen for longer is put away."""

# A store's day begins when it says, by the clock on its wall.
_TILLS = """
    SELECT store.id, count(*), count(*) FILTER (WHERE last_used_at >= day.began),
        count(*) FILTER (WHERE last_used_at < day.began AND last_used_at > now() - %(missed)s * interval '1 day')
    FROM inventory_store AS store
    CROSS JOIN LATERAL (
        SELECT (date_trunc('day', (now() AT TIME ZONE time_zone) - day_starts_at) + day_starts_at)
            AT TIME ZONE time_zone AS began
    ) AS day
    JOIN orders_terminal AS terminal ON terminal.store_id = store.id
    WHERE revoked_at IS NULL AND role = ANY(%(roles)s){of}
    GROUP BY store.id
"""


@dataclass(frozen=True, slots=True)
class Tills:
    """`missing`: those that were seen in the last days, and not in the business day that goes on."""

    count: int = 0
    seen: int = 0
    missing: int = 0


def tills(stores: Scope) -> Mapping[int, Tills]:
    """By store; one that has none is not there."""
    asked = {"missed": MISSED_DAYS, "roles": list(TILLS), **named(stores)}
    rows = cursor().execute(_TILLS.format(of=of(stores)), asked)
    return {store_id: Tills(*counts) for store_id, *counts in rows}
