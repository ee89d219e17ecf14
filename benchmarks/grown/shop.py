"""The stores of the shop of benchmarks.grown.rows: their catalogue, terminals and shelves."""

from benchmarks.grown.rows import BOUGHT, LISTED, PRODUCTS, SCARCE, Rows

SHOP = (
    Rows(
        "inventory_store",
        {
            "id": "n",
            "code": "'store-' || n",
            "name": "'Store ' || n",
            "currency": "'GBP'",
            "time_zone": "'UTC'",
            "day_starts_at": "'00:00'",
            "created_at": "now()",
        },
        "generate_series(1, 4) AS n",
    ),
    Rows(
        "inventory_location",
        {"id": "n", "store_id": "n", "code": "'shop'", "name": "'Shop'", "priority": "0"},
        "generate_series(1, 4) AS n",
    ),
    Rows(
        "inventory_product",
        {
            "id": "n",
            "store_id": f"CASE WHEN n > {BOUGHT} THEN 0 WHEN n > {PRODUCTS} THEN (n - {PRODUCTS} - 1) / {SCARCE}"
            " ELSE (n - 1) % 4 END + 1",
            "sku": "'SKU-' || lpad(n::text, 6, '0')",
            "name": "(ARRAY['Teapot', 'Mug', 'Scarf', 'Lantern', 'Bunting'])[n % 5 + 1] || ' ' || md5(n::text)"
            " || CASE WHEN n % 10000 = 77 THEN ' für die Straße' ELSE '' END",
            "price_minor": "250",
            "currency": "'GBP'",
            "tracks_stock": "true",
            "created_at": "now()",
            "updated_at": "now()",
        },
        f"generate_series(1, {BOUGHT} + {LISTED}) AS n",
    ),
    Rows(
        "orders_terminal",
        {
            "id": "n",
            "store_id": "(n - 1) / 5 + 1",
            "name": "'till ' || (n - 1) % 5",
            "role": "'backoffice'",
            "created_at": "now()",
        },
        "generate_series(1, 20) AS n",
    ),
    Rows(
        "inventory_stocklevel",
        {
            "id": "id",
            "store_id": "store_id",
            "product_id": "id",
            "location_id": "store_id",
            "on_hand": "0",
            "reserved": "0",
            "reorder_point": "CASE WHEN id % 100 = 0 THEN 10 END",
        },
        f"inventory_product WHERE id <= {BOUGHT}",
    ),
)
