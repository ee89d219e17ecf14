"""Products and locations as the back office writes them."""

from collections.abc import Collection, Iterable

from pydantic_core import to_json

from inventory.core.places import Place
from inventory.core.products import Product
from inventory.db.sets import cursor

# Two edits of one store's catalogue at once: one of them comes after the other. Sales and stock wait for neither.
# Each statement is planned for the catalogue as it is now: a plan of its first days reads all of it for every SKU.
_LOCK = """
    SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
        pg_advisory_xact_lock(hashtext('catalogue'), %s::int)
"""

# A catalogue that has just grown is planned for as if it were small still. Who may not, is told so and goes on.
_COUNT = "ANALYZE (SKIP_LOCKED) inventory_product"
MANY = 1_000

# LIMIT keeps the planner from joining the other way round: each of 50,000 SKUs is one look into the index.
_BEFORE = """
    SELECT product.* FROM unnest(%b::text[]) AS asked (sku) CROSS JOIN LATERAL (
        SELECT sku, gtin, name, price_minor, currency, tracks_stock FROM inventory_product
        WHERE store_id = %s AND sku = asked.sku LIMIT 1
    ) AS product
"""

# As the index has it.
_HOLDERS = """
    SELECT asked.code, product.sku FROM unnest(%b::text[]) AS asked (code) CROSS JOIN LATERAL (
        SELECT sku FROM inventory_product
        WHERE store_id = %s AND lpad(gtin, 14, '0') = asked.code AND gtin ~ '[1-9]' LIMIT 1
    ) AS product
"""

# Codes change hands in two steps: no two products have the same one in between.
_GIVE_UP_CODES = """
    UPDATE inventory_product SET gtin = '' WHERE id = ANY(ARRAY(
        SELECT product.id FROM unnest(%b::text[]) AS asked (sku) CROSS JOIN LATERAL (
            SELECT id FROM inventory_product WHERE store_id = %s AND sku = asked.sku LIMIT 1
        ) AS product
    ))
"""

# Rows in SKU order, so that two imports lock them in one order. A row that stays as it is is not written.
_PUT_PRODUCTS = """
    INSERT INTO inventory_product AS product
        (store_id, sku, gtin, name, price_minor, currency, tracks_stock, created_at, updated_at)
    SELECT %(store_id)s, given.*, now(), now()
    FROM json_to_recordset(%(products)s::json) AS given
        (sku text, gtin text, name text, price_minor bigint, currency text, tracks_stock bool)
    ORDER BY given.sku
    ON CONFLICT (store_id, sku) DO UPDATE SET
        gtin = excluded.gtin, name = excluded.name, price_minor = excluded.price_minor, currency = excluded.currency,
        tracks_stock = excluded.tracks_stock, updated_at = now()
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
    if len(skus) > MANY:
        cursor().execute(_COUNT)
    return {row[0]: Product(*row) for row in cursor().execute(_BEFORE, (list(skus), store_id))}


def holders_of(store_id: int, codes: Collection[str]) -> dict[str, str]:
    """Code as 14 digits -> the SKU that has it."""
    return dict(cursor().execute(_HOLDERS, (list(codes), store_id)).fetchall()) if codes else {}


def put_products(store_id: int, products: Iterable[Product], *, giving_up: Collection[str]) -> None:
    """Make the products or change them; each SKU comes once. `giving_up`: those whose codes others may take."""
    if giving_up:
        cursor().execute(_GIVE_UP_CODES, (list(giving_up), store_id))
    if rows := [product._asdict() for product in products]:
        cursor().execute(_PUT_PRODUCTS, {"store_id": store_id, "products": to_json(rows).decode()})


def place_before(store_id: int, code: str) -> Place | None:
    row = cursor().execute(_PLACE, (store_id, code)).fetchone()
    return Place(*row) if row else None


def put_place(store_id: int, place: Place) -> None:
    cursor().execute(_PUT_PLACE, (store_id, *place))
