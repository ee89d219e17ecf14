"""The conservation laws of commands: each takes effect once, if at all."""

LAWS = {
    "a command took effect once if it succeeded, and never otherwise": """
        SELECT command.id, format('%s with %s entries in the history', state, count(change.id)), command.id
        FROM orders_command AS command LEFT JOIN orders_statuschange AS change ON change.command_id = command.id
        WHERE command.order_id IS NOT NULL
        GROUP BY command.id, command.state HAVING count(change.id) <> (CASE state WHEN 'succeeded' THEN 1 ELSE 0 END)
    """,
    "only commands that succeeded moved stock": """
        SELECT DISTINCT command.id, format('%s, yet stock moved', state), command.id
        FROM orders_command AS command JOIN inventory_stockmovement AS movement ON movement.command_id = command.id
        WHERE command.state <> 'succeeded'
    """,
    "a command is settled with its outcome": """
        SELECT id, format('%s, outcome %s, settled at %s', state, outcome_code, settled_at), id FROM orders_command
        WHERE (state IN ('succeeded', 'rejected', 'dismissed')) <> (outcome_code IS NOT NULL)
            OR (outcome_code IS NULL) <> (settled_at IS NULL)
    """,
    "a command moved stock in one go": """
        SELECT command_id, format('from %s to %s', min(created_at), max(created_at)), command_id
        FROM inventory_stockmovement WHERE command_id IS NOT NULL
        GROUP BY command_id HAVING min(created_at) <> max(created_at)
    """,
    "a stock command left each level as its result says": """
        SELECT command.id, format('store %s, %s at %s: %s told, %s moved to', command.store_id, told ->> 'sku',
            told ->> 'location', told ->> 'on_hand', moved.quantity_after), command.id
        FROM orders_command AS command
        CROSS JOIN LATERAL jsonb_array_elements(
            CASE jsonb_typeof(result -> 'items') WHEN 'array' THEN result -> 'items' ELSE '[]' END
        ) AS told
        JOIN inventory_product AS product ON product.store_id = command.store_id AND product.sku = told ->> 'sku'
        JOIN inventory_location AS location
            ON location.store_id = command.store_id AND location.code = told ->> 'location'
        JOIN (
            SELECT DISTINCT ON (movement.command_id, movement.level_id) movement.command_id, movement.quantity_after,
                level.product_id, level.location_id
            FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = movement.level_id
            ORDER BY movement.command_id, movement.level_id, movement.id DESC
        ) AS moved ON moved.command_id = command.id AND moved.product_id = product.id
            AND moved.location_id = location.id
        WHERE command.order_id IS NULL AND state = 'succeeded' AND (told ->> 'on_hand')::bigint <> moved.quantity_after
    """,
}
