"""The conservation laws of orders: lines, status, history, and what they hold and move."""

LAWS = {
    "what an order comes to is the sum of its lines": """
        SELECT "order".id, format('subtotal ¤%s, discount ¤%s, tax ¤%s and total ¤%s, lines ¤%s, ¤%s, ¤%s and ¤%s',
            subtotal_minor, "order".discount_minor, "order".tax_minor, total_minor, coalesce(lines.amount, 0),
            coalesce(lines.discount, 0), coalesce(lines.tax, 0), coalesce(lines.total, 0)), NULL
        FROM orders_order AS "order"
        LEFT JOIN (
            SELECT order_id, sum(amount_minor) AS amount, sum(discount_minor) AS discount, sum(tax_minor) AS tax,
                sum(net_minor + tax_minor) AS total
            FROM orders_orderline GROUP BY order_id
        ) AS lines ON lines.order_id = "order".id
        WHERE (subtotal_minor, "order".discount_minor, "order".tax_minor, total_minor)
            <> (coalesce(lines.amount, 0), coalesce(lines.discount, 0), coalesce(lines.tax, 0),
                coalesce(lines.total, 0))
    """,
    "the taxes of an order are the sums of its lines": """
        SELECT coalesce(told.order_id, lines.order_id), format('%s at %s: told ¤%s and ¤%s, lines ¤%s and ¤%s',
            coalesce(told.code, lines.tax_code), coalesce(told.rate, lines.tax_rate), told.net_minor, told.tax_minor,
            lines.net, lines.tax), NULL
        FROM (
            SELECT "order".id AS order_id, tax.* FROM orders_order AS "order", jsonb_to_recordset(taxes) AS tax
                (code text, rate numeric, net_minor bigint, tax_minor bigint)
        ) AS told
        FULL JOIN (
            SELECT order_id, tax_code, tax_rate, sum(net_minor) AS net, sum(tax_minor) AS tax
            FROM orders_orderline WHERE tax_code IS NOT NULL GROUP BY order_id, tax_code, tax_rate
        ) AS lines ON lines.order_id = told.order_id AND lines.tax_code = told.code AND lines.tax_rate = told.rate
        WHERE (told.net_minor, told.tax_minor) IS DISTINCT FROM (lines.net, lines.tax)
    """,
    "returned is within handed over, within ordered": """
        SELECT id, format('%s ordered, %s cancelled, %s handed over, %s back', quantity, cancelled_quantity,
            shipped_quantity, returned_quantity), NULL
        FROM orders_orderline
        WHERE returned_quantity > shipped_quantity OR shipped_quantity + cancelled_quantity > quantity
    """,
    "what is cancelled is neither ordered nor awaited any more": """
        SELECT "order".id, format('%s: %s of %s handed over, %s cancelled', status, line.shipped_quantity,
            line.quantity, line.cancelled_quantity), NULL
        FROM orders_order AS "order" JOIN orders_orderline AS line ON line.order_id = "order".id
        WHERE (status IN ('cancelled', 'shipped', 'delivered', 'returned')
                AND line.shipped_quantity + line.cancelled_quantity <> line.quantity)
            OR (status IN ('draft', 'processing', 'partially_shipped', 'paid') AND line.cancelled_quantity <> 0)
    """,
    "what an order holds is not more than remains": """
        SELECT line.id, format('%s held, %s remain', sum(hold.quantity),
            line.quantity - line.shipped_quantity - line.cancelled_quantity), NULL
        FROM inventory_hold AS hold JOIN orders_orderline AS line ON line.id = hold.order_line_id
        GROUP BY line.id, line.quantity, line.shipped_quantity, line.cancelled_quantity
        HAVING sum(hold.quantity) > line.quantity - line.shipped_quantity - line.cancelled_quantity
    """,
    # Without a join of the two: where the tables have no statistics yet it would be made row by row.
    "a level moves for an order as its lines do": """
        SELECT order_id, format('%s: lines %s, movements %s', product_id, sum(of_lines), coalesce(sum(moved), 0)), NULL
        FROM (
            SELECT order_id, product_id, shipped_quantity - returned_quantity AS of_lines, NULL::bigint AS moved
            FROM orders_orderline WHERE tracks_stock AND NOT skipped
            UNION ALL
            SELECT movement.order_id, level.product_id, NULL, -quantity_change
            FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = level_id
            WHERE movement.order_id IS NOT NULL AND kind NOT IN ('damaged', 'adjust')
        ) AS line_or_movement
        GROUP BY order_id, product_id HAVING sum(of_lines) <> coalesce(sum(moved), 0)
    """,
    "history goes on from where it was and ends in the status": """
        SELECT order_id, format('at %s: %s to %s', was, from_status, to_status), command_id
        FROM (
            SELECT change.*, lag(to_status, 1, 'draft') OVER step AS was,
                lead(to_status) OVER step IS NULL AS is_last, "order".status
            FROM orders_statuschange AS change JOIN orders_order AS "order" ON "order".id = change.order_id
            WINDOW step AS (PARTITION BY order_id ORDER BY change.id)
        ) AS change
        WHERE was <> from_status OR (is_last AND to_status <> status)
    """,
    "an order without history is a draft": """
        SELECT id, status, NULL FROM orders_order AS "order"
        WHERE status <> 'draft' AND NOT EXISTS (SELECT FROM orders_statuschange WHERE order_id = "order".id)
    """,
    # Where all that was shipped came back before the rest was cancelled, the order ends as shipped.
    "what was handed over and came back fits the status": """
        SELECT "order".id, format('store %s: %s with %s ordered, %s cancelled, %s handed over, %s back', store_id,
            status, line.ordered, line.cancelled, line.shipped, line.returned), NULL
        FROM orders_order AS "order" JOIN (
            SELECT order_id, sum(quantity) AS ordered, sum(cancelled_quantity) AS cancelled,
                sum(shipped_quantity) AS shipped, sum(returned_quantity) AS returned
            FROM orders_orderline GROUP BY order_id
        ) AS line ON line.order_id = "order".id
        WHERE NOT CASE
            WHEN status IN ('draft', 'processing') THEN shipped = 0
            WHEN status = 'paid' THEN shipped = ordered AND returned < shipped
            WHEN status = 'partially_shipped' THEN shipped > 0 AND shipped + cancelled < ordered
            WHEN status IN ('shipped', 'delivered') THEN returned < shipped OR (cancelled > 0 AND shipped > 0)
            WHEN status = 'returned' THEN returned = shipped
            ELSE true
        END
    """,
    "what remains of a line is held or backordered": """
        SELECT line.order_id, format('store %s, %s of a %s order: %s remain, %s held, %s backordered', line.store_id,
            line.sku, status, line.quantity - shipped_quantity - cancelled_quantity, coalesce(held.sum, 0),
            backordered_quantity), NULL
        FROM orders_orderline AS line JOIN orders_order AS "order" ON "order".id = line.order_id
        LEFT JOIN (SELECT order_line_id, sum(quantity) FROM inventory_hold GROUP BY order_line_id) AS held
            ON held.order_line_id = line.id
        WHERE backordered_quantity + coalesce(held.sum, 0) <> CASE
            WHEN status IN ('processing', 'partially_shipped') AND tracks_stock AND NOT skipped
                THEN line.quantity - shipped_quantity - cancelled_quantity
            ELSE 0
        END
    """,
    "an unpaid order lapses as a whole, what it waits for with what it holds": """
        SELECT "order".id, format('store %s: it waits until %s, a hold lapses at %s', "order".store_id, awaits_until,
            hold.expires_at), NULL
        FROM orders_order AS "order" JOIN inventory_hold AS hold ON hold.order_id = "order".id
        WHERE status = 'processing' AND payment_status = 'unpaid' AND backordered_at IS NOT NULL
            AND hold.expires_at IS DISTINCT FROM awaits_until
    """,
    "what was written of an order is of a command of its own that succeeded": """
        SELECT written.order_id, format('%s, command %s', written.what, coalesce(command.state, 'is not there')),
            written.command_id
        FROM (
            SELECT 'status change' AS what, order_id, command_id FROM orders_statuschange
            UNION SELECT 'payment', order_id, command_id FROM orders_payment
            UNION SELECT 'entry', order_id, command_id FROM orders_journalentry
            UNION SELECT 'movement', order_id, command_id FROM inventory_stockmovement
        ) AS written LEFT JOIN orders_command AS command ON command.id = written.command_id
        WHERE command.id IS NULL OR command.order_id IS DISTINCT FROM written.order_id
            -- Two laws tell of these by their command.
            OR (command.state <> 'succeeded' AND written.what NOT IN ('status change', 'movement'))
    """,
}
