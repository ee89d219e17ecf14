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
    # Without a join of the two: where the tables have no statistics yet it would be made row by row.
    "a stock command left each level as its result says": """
        SELECT command_id, format('store %s, %s at %s: %s told, %s moved to', min(store_id), min(sku), min(location),
            min(told), (array_agg(moved_to ORDER BY movement_id DESC) FILTER (WHERE movement_id IS NOT NULL))[1]),
            command_id
        FROM (
            SELECT command.id AS command_id, level.id AS level_id, command.store_id, told ->> 'sku' AS sku,
                told ->> 'location' AS location, (told ->> 'on_hand')::bigint AS told,
                NULL::bigint AS movement_id, NULL::bigint AS moved_to
            FROM orders_command AS command
            CROSS JOIN LATERAL jsonb_array_elements(
                CASE jsonb_typeof(result -> 'items') WHEN 'array' THEN result -> 'items' ELSE '[]' END
            ) AS told
            JOIN inventory_product AS product ON product.store_id = command.store_id AND product.sku = told ->> 'sku'
            JOIN inventory_location AS location
                ON location.store_id = command.store_id AND location.code = told ->> 'location'
            JOIN inventory_stocklevel AS level ON level.product_id = product.id AND level.location_id = location.id
            WHERE command.order_id IS NULL AND state = 'succeeded'
            UNION ALL
            SELECT command_id, level_id, NULL, NULL, NULL, NULL, id, quantity_after FROM inventory_stockmovement
            WHERE command_id IS NOT NULL
        ) AS told_and_moved
        GROUP BY command_id, level_id
        HAVING (array_agg(moved_to ORDER BY movement_id DESC) FILTER (WHERE movement_id IS NOT NULL))[1]
            NOT BETWEEN max(told) AND min(told)
    """,
}
