"""Products and locations as the back office writes them."""

from collections.abc import Collection, Iterable

from pydantic_core import to_json

from base.sql.sets import cursor
from inventory.core.places import Place
from inventory.core.products import Product

# Two edits of one store's catalogue at once: one of them comes after the other. Sales and stock wait for neither.
# Each statement is planned for what it is given: many SKUs are then looked up in a hash table, whichever index the
# planner takes for a catalogue that has grown since it was last counted.
_LOCK = """
    SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
        pg_advisory_xact_lock(hashtextextended('catalogue', %s))
"""

_BEFORE = """
    SELECT sku, gtin, name, price_minor, currency, tracks_stock, tax_code, unit, quantity_decimals
    FROM inventory_product
    WHERE store_id = %s AND sku = ANY(%b)
"""

# As the index has it.
_HOLDERS = """
    SELECT lpad(gtin, 14, '0'), sku FROM inventory_product
    WHERE store_id = %s AND lpad(gtin, 14, '0') = ANY(%b) AND gtin ~ '[1-9]'
"""

# Codes change hands in two steps: no two products have the same one in between.
_GIVE_UP_CODES = "UPDATE inventory_product SET gtin = '' WHERE store_id = %s AND sku = ANY(%b)"

# Rows in SKU order, so that two imports lock them in one order. A row that stays as it is is not written.
_PUT_PRODUCTS = """
    INSERT INTO inventory_product AS product
        (store_id, sku, gtin, name, price_minor, currency, tracks_stock, tax_code, unit, quantity_decimals, created_at,
        updated_at)
    SELECT %(store_id)s, given.*, now(), now()
    FROM json_to_recordset(%(products)s::json) AS given
        (sku text, gtin text, name text, price_minor bigint, currency text, tracks_stock bool, tax_code text, unit text,
        quantity_decimals int)
    ORDER BY given.sku
    ON CONFLICT (store_id, sku) DO UPDATE SET
        gtin = excluded.gtin, name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
        tracks_stock = excluded.tracks_stock, tax_code = excluded.tax_code, unit = excluded.unit,
        quantity_decimals = excluded.quantity_decimals, updated_at = now()
"""

_PLACE = "SELECT code, name, priority FROM inventory_location WHERE store_id = %s AND code = %s"

_PUT_PLACE = """
    INSERT INTO inventory_location (store_id, code, name, priority) VALUES (%s, %s, %s, %s)
    ON CONFLICT (store_id, code) DO UPDATE SET name = excluded.name, priority = excluded.priority
"""


def lock_catalogue(store_id: int) -> None:
    """Until the transaction ends."""
    cursor().execute(_LOCK, (store_id,))


def products_before(store_id: int, skus: Collection[str]) -> dict[str, Product]:
    """By SKU; those that the store does not have are missing."""
    return {row[0]: Product(*row) for row in cursor().execute(_BEFORE, (store_id, list(skus)))}


def holders_of(store_id: int, codes: Collection[str]) -> dict[str, str]:
    """Code as 14 digits -> the SKU that has it."""
    return dict(cursor().execute(_HOLDERS, (store_id, list(codes))).fetchall()) if codes else {}


def put_products(store_id: int, products: Iterable[Product], *, giving_up: Collection[str]) -> None:
    """Make the products or change them; each SKU comes once. `giving_up`: those whose codes others may take."""
    if giving_up:
        cursor().execute(_GIVE_UP_CODES, (store_id, list(giving_up)))
    if rows := [product._asdict() for product in products]:
        cursor().execute(_PUT_PRODUCTS, {"store_id": store_id, "products": to_json(rows).decode()})


def place_before(store_id: int, code: str) -> Place | None:
    row = cursor().execute(_PLACE, (store_id, code)).fetchone()
    return Place(*row) if row else None


def put_place(store_id: int, place: Place) -> None:
    cursor().execute(_PUT_PLACE, (store_id, *place))
