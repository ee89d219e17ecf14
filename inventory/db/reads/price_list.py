"""A store's price list, in one statement: all of it is of one instant."""

from collections.abc import Collection
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from base.sql.sets import cursor
from inventory.core.price_list import ListedProduct, ListedTax, PriceList
from inventory.core.taxes import Rate

# Rows as JSON, so that different kinds of them fit into one answer; of the store `store_id`, these `skus`.
PARTS = """(
    SELECT json_agg(json_build_array(
        id, sku, name, price_minor, currency, tracks_stock, tax_code, unit, quantity_decimals
    )) FROM inventory_product WHERE store_id = %(store_id)s AND sku = ANY(%(skus)b)
)::text, (
    SELECT json_agg(json_build_array(code, name, (
        SELECT json_agg(json_build_array(valid_from, trim_scale(rate)::text) ORDER BY valid_from)
        FROM inventory_taxrate WHERE tax_id = tax.id
    ))) FROM inventory_tax AS tax WHERE store_id = %(store_id)s
)::text, (
    SELECT json_build_array(prices_include_tax, time_zone, trim_scale(pos_discount_limit_percent)::text)
    FROM inventory_store WHERE id = %(store_id)s
)::text"""


def price_list(store_id: int, skus: Collection[str]) -> PriceList:
    row = cursor().execute(f"SELECT {PARTS}", {"store_id": store_id, "skus": list(skus)}).fetchone()
    assert row is not None
    return price_list_of(*row)


def price_list_of(products: str | None, taxes: str | None, store: str) -> PriceList:
    """Of what PARTS selects."""
    prices_include_tax, zone, limit = from_json(store)
    return PriceList(
        products={row[1]: ListedProduct(*row) for row in from_json(products or "[]")},
        taxes={code: ListedTax(name, _rates(rates)) for code, name, rates in from_json(taxes or "[]")},
        prices_include_tax=prices_include_tax,
        zone=ZoneInfo(zone),
        discount_limit_percent=limit,
    )


def _rates(rows: list[Any]) -> tuple[Rate, ...]:
    return tuple(Rate(date.fromisoformat(valid_from), rate) for valid_from, rate in rows)
