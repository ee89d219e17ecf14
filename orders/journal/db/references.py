"""Reference holds, as the commands of a batch name them."""

from collections.abc import Collection, Iterable

from base.sql.sets import cursor, pipeline
from orders.commands.core.order import Command, Reference, ReferenceHold
from orders.commands.core.payloads import OfReference

_HOLDS = """
    SELECT named.store_id, named.reference, hold.id, level.product_id, level.location_id, hold.quantity,
        hold.expires_at
    FROM unnest(%b::bigint[], %b::text[]) AS named (store_id, reference)
    JOIN inventory_hold AS hold
        ON hold.store_id = named.store_id AND hold.reference = named.reference AND hold.reference <> ''
    JOIN inventory_stocklevel AS level ON level.id = hold.level_id
    ORDER BY hold.created_at, hold.id
"""

# What lapsed is told by the ledger, since its holds are gone: of the product's holds there the last thing is a command
# that only a task submits; nothing was held anew since.
_LAPSED = """
    SELECT store_id, reference, product_id
    FROM (
        SELECT DISTINCT ON (named.store_id, named.reference, level.product_id)
            named.store_id, named.reference, level.product_id, movement.kind
        FROM unnest(%b::bigint[], %b::text[]) AS named (store_id, reference)
        JOIN inventory_stockmovement AS movement ON movement.store_id = named.store_id
            AND movement.reference = named.reference AND movement.reference <> ''
            AND movement.kind IN ('reserve', 'release')
        JOIN inventory_stocklevel AS level ON level.id = movement.level_id
        LEFT JOIN orders_command AS command ON command.id = movement.command_id AND movement.kind = 'release'
        WHERE movement.kind = 'reserve' OR (command.terminal_id IS NULL AND command.payload -> 'lapsed' = 'true')
        ORDER BY named.store_id, named.reference, level.product_id, movement.id DESC
    ) AS last
    WHERE kind = 'release'
"""


def references_named(
    commands: Iterable[Command], *, further: Collection[tuple[int, str]] = ()
) -> dict[int, dict[str, Reference]]:
    """Store id -> name -> the reference with what is held under it. `further`: others, by store and name.

    Two statements, sent together.
    """
    asked = {(one.store_id, one.payload.reference) for one in commands if isinstance(one.payload, OfReference)}
    named = sorted(asked.union(further))
    stores_and_names = ([store_id for store_id, _ in named], [name for _, name in named])
    holds, lapsed = cursor(), cursor()
    with pipeline():
        holds.execute(_HOLDS, stores_and_names)
        lapsed.execute(_LAPSED, stores_and_names)
    held: dict[tuple[int, str], list[ReferenceHold]] = {}
    for store_id, name, id_, product_id, location_id, quantity, expires_at in holds:
        hold = ReferenceHold(id=id_, key=(product_id, location_id), quantity=quantity, expires_at=expires_at)
        held.setdefault((store_id, name), []).append(hold)
    lost: dict[tuple[int, str], set[int]] = {}
    for store_id, name, product_id in lapsed:
        lost.setdefault((store_id, name), set()).add(product_id)
    references: dict[int, dict[str, Reference]] = {}
    for store_id, name in named:
        references.setdefault(store_id, {})[name] = Reference(
            store_id=store_id,
            name=name,
            holds=tuple(held.get((store_id, name), ())),
            lapsed=frozenset(lost.get((store_id, name), ())),
        )
    return references
