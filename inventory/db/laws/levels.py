"""The conservation laws of stock."""

from base.sql.laws import Walk

LAWS = {
    "on hand is the sum of the movements": """
        SELECT level.id, format('on hand %s, movements %s', level.on_hand, coalesce(moved.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(quantity_change) FROM inventory_stockmovement GROUP BY level_id) AS moved
            ON moved.level_id = level.id
        WHERE level.on_hand <> coalesce(moved.sum, 0)
    """,
    "reserved is the sum of the movements": """
        SELECT level.id, format('reserved %s, movements %s', level.reserved, coalesce(moved.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(reserved_change) FROM inventory_stockmovement GROUP BY level_id) AS moved
            ON moved.level_id = level.id
        WHERE level.reserved <> coalesce(moved.sum, 0)
    """,
    "reserved is the sum of the live holds": """
        SELECT level.id, format('reserved %s, holds %s', level.reserved, coalesce(held.sum, 0)), NULL
        FROM inventory_stocklevel AS level
        LEFT JOIN (SELECT level_id, sum(quantity) FROM inventory_hold GROUP BY level_id) AS held
            ON held.level_id = level.id
        WHERE level.reserved <> coalesce(held.sum, 0)
    """,
    "reserved is within on hand": """
        SELECT id, format('on hand %s, reserved %s', on_hand, reserved), NULL FROM inventory_stocklevel
        WHERE reserved < 0 OR on_hand < reserved
    """,
    "each movement goes on from the one before": """
        SELECT level_id, format('movement %s: %s + %s is not %s', id, before, quantity_change, quantity_after),
            command_id
        FROM (
            SELECT *, lag(quantity_after, 1, 0::bigint) OVER (PARTITION BY level_id ORDER BY id) AS before,
                lag(reserved_after, 1, 0::bigint) OVER (PARTITION BY level_id ORDER BY id) AS reserved_before
            FROM inventory_stockmovement
        ) AS movement
        WHERE before + quantity_change <> quantity_after OR reserved_before + reserved_change <> reserved_after
        ORDER BY id
    """,
    "a movement is where its level is": """
        SELECT movement.id, format('store %s: at location %s, its level at %s', movement.store_id,
            movement.location_id, level.location_id), command_id
        FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = level_id
        WHERE movement.location_id <> level.location_id
    """,
}

LEVELS = Walk(
    name="levels",
    first="SELECT id FROM inventory_stocklevel ORDER BY id LIMIT %(limit)s",
    next="SELECT id FROM inventory_stocklevel WHERE id > %(after)s ORDER BY id LIMIT %(limit)s",
    parts={
        "inventory_stocklevel": "SELECT * FROM inventory_stocklevel WHERE id = ANY(%(ids)s)",
        **{
            f"inventory_{table}": f"SELECT * FROM inventory_{table} WHERE level_id = ANY(%(ids)s)"
            for table in ("stockmovement", "hold", "lowstock")
        },
        "inventory_shortfall": "SELECT * FROM inventory_shortfall WHERE level_id = ANY(%(ids)s) AND counted_at IS NULL",
    },
    laws=LAWS,
)
