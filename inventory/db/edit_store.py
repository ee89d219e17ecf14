"""A store's settings: read what they are, decide, write. One transaction."""

from typing import NamedTuple

from django.db import transaction

from base.sql.retry_transient import again
from base.sql.sets import cursor
from inventory.core.stores import Settings, StoreFields, edited_store, needs_closed_drawers
from inventory.db.promised import promised

_READ = """
    SELECT name, nullif(address, ''), nullif(tax_id, ''), currency, time_zone, locale, day_starts_at,
        prices_include_tax, cash_rounding_minor, require_drawer, trim_scale(pos_discount_limit_percent)::text,
        nullif(receipt_footer, '')
    FROM inventory_store WHERE id = %s
"""

_WRITE = """
    UPDATE inventory_store SET name = %(name)s, address = coalesce(%(address)s, ''),
        tax_id = coalesce(%(tax_id)s, ''), currency = %(currency)s, time_zone = %(time_zone)s, locale = %(locale)s,
        day_starts_at = %(day_starts_at)s, prices_include_tax = %(prices_include_tax)s,
        cash_rounding_minor = %(cash_rounding_minor)s, require_drawer = %(require_drawer)s,
        pos_discount_limit_percent = %(pos_discount_limit_percent)s::numeric,
        receipt_footer = coalesce(%(receipt_footer)s, '')
    WHERE id = %(store_id)s
"""

_HAS_ORDERS = f"SELECT {promised().has_orders}"


def read_store(store_id: int) -> Settings:
    row = cursor().execute(_READ, (store_id,)).fetchone()
    assert row is not None
    return Settings(*row)


class DrawersOpen(NamedTuple):
    """`terminals`: whose, by name; `fields`: what stays while they are."""

    terminals: list[str]
    fields: list[str]


@again
@transaction.atomic
def edit_store(store_id: int, named: StoreFields) -> Settings | DrawersOpen | None:
    """The settings as they are now; None where orders keep the store in its currency."""
    row = cursor().execute(f"{_READ} FOR NO KEY UPDATE", (store_id,)).fetchone()
    assert row is not None
    before = Settings(*row)
    after = edited_store(named, before)
    if after.currency != before.currency and has_orders(store_id):
        return None
    # Whoever opens a drawer shares the store's lock: none is opened meanwhile.
    if (fields := needs_closed_drawers(before, after)) and (terminals := open_drawers(store_id)):
        return DrawersOpen(terminals, fields)
    if after != before:
        cursor().execute(_WRITE, {"store_id": store_id, **after._asdict()})
    return after


def has_orders(store_id: int) -> bool:
    return cursor().execute(_HAS_ORDERS, (store_id,)).fetchone() == (True,)


def open_drawers(store_id: int) -> list[str]:
    """The names of the terminals whose drawer is open."""
    return [name for (name,) in cursor().execute(promised().open_drawers, (store_id,))]
