"""The conservation laws of holds: each is of something that awaits it. Their sums: inventory.db.laws.levels."""

LAWS = {
    "a hold of an order is for a line that awaits it": """
        SELECT hold.id, format('store %s, order %s: %s', hold.store_id, hold.order_id,
            CASE WHEN "order".id IS NULL THEN 'which is not there' WHEN line.id IS NULL THEN 'no such line'
                WHEN line.product_id <> level.product_id THEN 'another product' ELSE 'it is ' || "order".status END),
            NULL
        FROM inventory_hold AS hold
        LEFT JOIN inventory_stocklevel AS level ON level.id = hold.level_id
        LEFT JOIN orders_order AS "order" ON "order".id = hold.order_id
        LEFT JOIN orders_orderline AS line ON line.id = hold.order_line_id AND line.order_id = hold.order_id
        WHERE hold.order_id IS NOT NULL AND (
            line.id IS NULL OR line.product_id <> level.product_id
            OR "order".status NOT IN ('processing', 'partially_shipped')
        )
    """,
    "a hold is of a line or of a reference": """
        SELECT id, format('store %s: order %s, line %s, %s', store_id, order_id, order_line_id,
            CASE reference WHEN '' THEN 'no reference' ELSE 'a reference' END), NULL
        FROM inventory_hold
        WHERE (order_id IS NULL) <> (order_line_id IS NULL) OR (order_id IS NULL) <> (reference <> '')
    """,
}
