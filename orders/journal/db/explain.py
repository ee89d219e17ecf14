"""Who holds what a refused command asked for, and until when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from base.sql.sets import columns_of, cursor
from inventory.db.lapsed import HAS_LAPSED
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.results import HeldBy, Short
from orders.journal.core.batch import Decided

HOLDERS_MAX = 20
"""So many are named for one SKU, the longest held first."""

_EXPLAINED = frozenset({Code.STOCK_INSUFFICIENT, Code.HOLD_EXPIRED})

_HOLDERS = f"""
    SELECT short.store_id, short.sku, held.*
    FROM unnest(%b::bigint[], %b::text[]) AS short (store_id, sku)
    JOIN inventory_product AS product ON product.store_id = short.store_id AND product.sku = short.sku
    CROSS JOIN LATERAL (
        SELECT hold.quantity, hold.expires_at, location.code, "order".number, hold.reference
        FROM inventory_stocklevel AS level
        JOIN inventory_hold AS hold ON hold.level_id = level.id
        JOIN inventory_location AS location ON location.id = level.location_id
        LEFT JOIN orders_order AS "order" ON "order".id = hold.order_id
        WHERE level.product_id = product.id
            AND {HAS_LAPSED.format(now="%b")} IS NOT TRUE
        ORDER BY hold.created_at, hold.id LIMIT %b
    ) AS held
"""


def explain(decided: Sequence[Decided], *, now: datetime) -> list[Decided]:
    """The decisions, where stock was lacking with `held_by` in each line of the refusal."""
    short = {
        (one.command.store_id, line.sku)
        for one in decided
        if isinstance(one.outcome, Rejection) and one.outcome.code in _EXPLAINED
        for line in one.outcome.lines
        if isinstance(line, Short)
    }
    if not short:
        return list(decided)
    holders: dict[tuple[int, str], list[HeldBy]] = {}
    rows = cursor().execute(_HOLDERS, (*columns_of(sorted(short)), now, HOLDERS_MAX))
    for store_id, sku, quantity, expires_at, location, number, reference in rows:
        holders.setdefault((store_id, sku), []).append(
            HeldBy(
                quantity=quantity,
                until=expires_at,
                location=location,
                order_number=str(number) if number else None,
                reference=reference or None,
            )
        )
    return [_explained(one, holders) for one in decided]


def _explained(one: Decided, holders: dict[tuple[int, str], list[HeldBy]]) -> Decided:
    if not (isinstance(one.outcome, Rejection) and one.outcome.code in _EXPLAINED):
        return one
    lines = [
        replace(line, held_by=holders.get((one.command.store_id, line.sku), [])) if isinstance(line, Short) else line
        for line in one.outcome.lines
    ]
    return replace(one, outcome=replace(one.outcome, lines=lines))
