"""Reference holds, as the commands of a batch name them."""

from collections.abc import Iterable

from inventory.db.sets import cursor, pipeline
from orders.core.machine import Kind
from orders.core.order import Command, Reference, ReferenceHold
from orders.core.release import HOLD_EXPIRED

_KINDS = frozenset({Kind.HOLD, Kind.RELEASE_HOLD, Kind.COMMIT_HOLD})

_HOLDS = """
    SELECT named.store_id, named.reference, hold.id, level.product_id, level.location_id, hold.quantity,
        hold.expires_at
    FROM unnest(%b::bigint[], %b::text[]) AS named (store_id, reference)
    JOIN inventory_hold AS hold
        ON hold.store_id = named.store_id AND hold.reference = named.reference AND hold.reference <> ''
    JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    ORDER BY hold.created_at, hold.id
"""

# What lapsed is told by the ledger, since its holds are gone: nothing was held anew after something lapsed.
_LAPSED = """
    SELECT named.store_id, named.reference
    FROM unnest(%b::bigint[], %b::text[]) AS named (store_id, reference)
    CROSS JOIN LATERAL (
        SELECT kind FROM inventory_stockmovement AS movement
        WHERE movement.store_id = named.store_id AND movement.reference = named.reference AND movement.reference <> ''
            AND (kind = 'reserve' OR (kind = 'release' AND reason = %b))
        ORDER BY id DESC LIMIT 1
    ) AS last
    WHERE last.kind = 'release'
"""


def references_named(commands: Iterable[Command]) -> dict[int, dict[str, Reference]]:
    """Store id -> name -> the reference with what is held under it."""
    named = sorted({(one.store_id, one.payload["reference"]) for one in commands if one.kind in _KINDS})
    if not named:
        return {}
    stores_and_names = ([store_id for store_id, _ in named], [name for _, name in named])
    holds, lapsed = cursor(), cursor()
    with pipeline():
        holds.execute(_HOLDS, stores_and_names)
        lapsed.execute(_LAPSED, (*stores_and_names, HOLD_EXPIRED))
    held: dict[tuple[int, str], list[ReferenceHold]] = {}
    for store_id, name, id_, product_id, location_id, quantity, expires_at in holds:
        hold = ReferenceHold(id=id_, key=(product_id, location_id), quantity=quantity, expires_at=expires_at)
        held.setdefault((store_id, name), []).append(hold)
    ever_lapsed = set(lapsed.fetchall())
    references: dict[int, dict[str, Reference]] = {}
    for store_id, name in named:
        references.setdefault(store_id, {})[name] = Reference(
            store_id=store_id,
            name=name,
            holds=tuple(held.get((store_id, name), ())),
            lapsed=(store_id, name) in ever_lapsed,
        )
    return references
