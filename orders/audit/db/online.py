"""The conservation laws of online payments: each query returns the rows that break its law."""

LAWS = {
    "what was authorized is captured for its sale, and voided without one": """
        SELECT asked.order_id, format('command %s, instructed to %s', command.state, coalesce(told.kind, 'nothing')),
            command.id
        FROM orders_authorization AS asked
        JOIN orders_command AS command ON command.id = asked.command_id
        LEFT JOIN orders_paymentinstruction AS told ON told.authorization_id = asked.id AND told.kind <> 'refund'
        WHERE (asked.state <> 'authorized' AND told.id IS NOT NULL) OR (asked.state = 'authorized' AND told.kind
            IS DISTINCT FROM CASE
                WHEN command.state = 'succeeded' THEN 'capture'
                WHEN command.state IN ('rejected', 'dismissed') THEN 'void'
            END)
    """,
    "online payments are what is captured and refunded": """
        SELECT asked.order_id, format('payments ¤%s and ¤%s, instructions ¤%s and ¤%s', coalesce(money.taken, 0),
            coalesce(money.refunded, 0), coalesce(told.captured, 0), coalesce(told.refunded, 0)), asked.command_id
        FROM orders_authorization AS asked
        LEFT JOIN (
            SELECT authorization_id, sum(amount_minor) FILTER (WHERE kind = 'tender') AS taken,
                sum(amount_minor) FILTER (WHERE kind = 'refund') AS refunded
            FROM orders_payment GROUP BY authorization_id
        ) AS money ON money.authorization_id = asked.id
        LEFT JOIN (
            SELECT authorization_id, sum(amount_minor) FILTER (WHERE kind = 'capture') AS captured,
                sum(amount_minor) FILTER (WHERE kind = 'refund') AS refunded
            FROM orders_paymentinstruction GROUP BY authorization_id
        ) AS told ON told.authorization_id = asked.id
        WHERE coalesce(money.taken, 0) <> coalesce(told.captured, 0)
            OR coalesce(money.refunded, 0) <> coalesce(told.refunded, 0)
            OR coalesce(told.captured, 0) NOT IN (0, asked.amount_minor)
            OR coalesce(told.refunded, 0) > coalesce(told.captured, 0)
    """,
    "a payment provider is told in order": """
        SELECT order_id, format('instruction %s was done before instruction %s', id, waits_for), command_id
        FROM (
            SELECT *, min(id) FILTER (WHERE state <> 'done') OVER earlier AS waits_for FROM orders_paymentinstruction
            WINDOW earlier AS (PARTITION BY order_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS instruction
        WHERE state = 'done' AND waits_for IS NOT NULL
    """,
}
