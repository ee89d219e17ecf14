"""The conservation laws of money: payments, and the entries that record them."""

# What a paid customer keeps: what was neither given back nor cancelled.
_KEPT = """
    SELECT line.order_id, sum(line.net_minor + line.tax_minor - ringup_part(
        line.net_minor + line.tax_minor, line.returned_quantity + line.cancelled_quantity, line.quantity
    )) AS minor
    FROM orders_orderline AS line GROUP BY line.order_id
"""

LAWS = {
    "what was taken and not given back is what the customer keeps": f"""
        SELECT "order".id, format('captured ¤%s, refunded ¤%s, rounding ¤%s, kept ¤%s', paid_minor, refunded_minor,
            rounding_minor, kept.minor), NULL
        FROM orders_order AS "order" JOIN ({_KEPT}) AS kept ON kept.order_id = "order".id
        WHERE paid_at IS NOT NULL AND paid_minor - refunded_minor - rounding_minor <> kept.minor
    """,
    "paid and refunded are the sums of the payments": """
        SELECT "order".id, format('paid ¤%s and refunded ¤%s, payments ¤%s and ¤%s', paid_minor, refunded_minor,
            coalesce(money.taken, 0), coalesce(money.refunded, 0)), NULL
        FROM orders_order AS "order"
        LEFT JOIN (
            SELECT order_id, sum(amount_minor) FILTER (WHERE kind = 'tender') AS taken,
                sum(amount_minor) FILTER (WHERE kind = 'refund') AS refunded
            FROM orders_payment GROUP BY order_id
        ) AS money ON money.order_id = "order".id
        WHERE paid_minor <> coalesce(money.taken, 0) OR refunded_minor <> coalesce(money.refunded, 0)
    """,
    "a paid order has one number or waits for one": """
        SELECT "order".id, format('paid at %s, pending %s, number %s', paid_at, invoice_pending, invoice.number), NULL
        FROM orders_order AS "order" LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = "order".id
        WHERE (paid_at IS NOT NULL) <> (invoice_pending OR invoice.id IS NOT NULL)
            OR (invoice_pending AND invoice.id IS NOT NULL)
    """,
    "a cancel or return of a paid order has one credit note": """
        SELECT coalesce(back.order_id, note.order_id), CASE WHEN note.command_id IS NULL
            THEN 'a ' || back.kind || ' without a credit note' ELSE 'a credit note of nothing' END,
            coalesce(back.command_id, note.command_id)
        FROM (
            SELECT change.* FROM orders_statuschange AS change JOIN (
                SELECT order_id, max(id) AS paid_by FROM orders_statuschange WHERE kind = 'pay' GROUP BY order_id
            ) AS sale ON sale.order_id = change.order_id
            JOIN orders_order AS "order" ON "order".id = change.order_id
            WHERE paid_at IS NOT NULL AND change.id > paid_by AND change.kind IN ('cancel', 'return')
        ) AS back
        FULL JOIN orders_creditnote AS note ON note.command_id = back.command_id AND note.order_id = back.order_id
        WHERE back.command_id IS NULL OR note.command_id IS NULL
    """,
    "a credit note has one number or waits for one, which comes after its sale's": """
        SELECT note.order_id, format('pending %s, number %s, sale pending %s', pending, invoice.number,
            invoice_pending), note.command_id
        FROM orders_creditnote AS note JOIN orders_order AS "order" ON "order".id = note.order_id
        LEFT JOIN orders_invoicenumber AS invoice ON invoice.credit_note_id = note.command_id
        WHERE pending = (invoice.id IS NOT NULL) OR (invoice_pending AND NOT pending)
    """,
    "a number is used once, by a sale or by a credit note": """
        SELECT coalesce(invoice.order_id, note.order_id), format('number %s: order %s, credit note %s, command %s',
            invoice.number, invoice.order_id, credit_note_id, invoice.command_id), invoice.command_id
        FROM orders_invoicenumber AS invoice
        LEFT JOIN orders_creditnote AS note ON note.command_id = invoice.credit_note_id
        WHERE num_nonnulls(invoice.order_id, credit_note_id) <> 1 OR credit_note_id <> invoice.command_id
    """,
    "a credit note's number is void where there is nothing to post, posted if its entry is": """
        SELECT note.order_id, format('number %s is %s, its entry %s', invoice.number, invoice.state,
            coalesce(entry.state, 'not there')), note.command_id
        FROM orders_creditnote AS note
        JOIN orders_invoicenumber AS invoice ON invoice.credit_note_id = note.command_id
        LEFT JOIN orders_journalentry AS entry ON entry.order_id = note.order_id AND entry.command_id = note.command_id
        WHERE invoice.state <> CASE entry.state WHEN 'posted' THEN 'posted' WHEN 'pending' THEN 'assigned'
            WHEN 'parked' THEN 'assigned' ELSE 'void' END
    """,
    "the payments of an order and its entries tell the same": """
        SELECT coalesce(money.order_id, entry.order_id),
            format('payments ¤%s, entries ¤%s', coalesce(money.minor, 0), coalesce(entry.minor, 0)), NULL
        FROM (
            SELECT order_id, sum(CASE kind WHEN 'tender' THEN amount_minor ELSE -amount_minor END) AS minor
            FROM orders_payment GROUP BY order_id
        ) AS money
        FULL JOIN (
            SELECT order_id, -sum((posting ->> 1)::bigint) AS minor
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 IN ('revenue', 'tax', 'deposits', 'rounding') GROUP BY order_id
        ) AS entry ON entry.order_id = money.order_id
        WHERE coalesce(money.minor, 0) <> coalesce(entry.minor, 0)
    """,
    "revenue and tax of what is paid are booked as its lines are worth, by tax": """
        SELECT order_id, format('%s at %s: net and tax of the lines less those booked are ¤%s and ¤%s', code, rate,
            sum(net), sum(tax)), NULL
        FROM (
            SELECT line.order_id, line.code, line.rate, line.total - line.tax AS net, line.tax
            FROM (
                SELECT order_id, tax_code AS code, tax_rate AS rate, net_minor + tax_minor - ringup_part(
                    net_minor + tax_minor, returned_quantity + cancelled_quantity, quantity
                ) AS total, tax_minor - ringup_part(
                    tax_minor, returned_quantity + cancelled_quantity, quantity
                ) AS tax
                FROM orders_orderline
            ) AS line JOIN orders_order AS "order" ON "order".id = line.order_id
            WHERE "order".paid_at IS NOT NULL
            UNION ALL
            SELECT order_id, posting ->> 2, (posting ->> 3)::numeric,
                CASE posting ->> 0 WHEN 'revenue' THEN (posting ->> 1)::bigint ELSE 0 END,
                CASE posting ->> 0 WHEN 'tax' THEN (posting ->> 1)::bigint ELSE 0 END
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
        ) AS one
        GROUP BY order_id, code, rate HAVING sum(net) <> 0 OR sum(tax) <> 0
    """,
    "deposits are owed until the sale": """
        SELECT "order".id, format('deposits ¤%s, owed ¤%s', coalesce(entry.minor, 0),
            CASE WHEN paid_at IS NULL THEN paid_minor - refunded_minor - rounding_minor ELSE 0 END), NULL
        FROM orders_order AS "order"
        LEFT JOIN (
            SELECT order_id, -sum((posting ->> 1)::bigint) AS minor
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 = 'deposits' GROUP BY order_id
        ) AS entry ON entry.order_id = "order".id
        WHERE coalesce(entry.minor, 0)
            <> CASE WHEN paid_at IS NULL THEN paid_minor - refunded_minor - rounding_minor ELSE 0 END
    """,
    "what cash was rounded by is booked as that, of sales and of refunds": """
        SELECT "order".id, format('rounding ¤%s, of it by refunds ¤%s; entries ¤%s and ¤%s', rounding_minor,
            refund_rounding_minor, coalesce(entry.minor, 0), coalesce(entry.by_refunds, 0)), NULL
        FROM orders_order AS "order"
        LEFT JOIN (
            SELECT order_id, -sum((posting ->> 1)::bigint) AS minor,
                -sum((posting ->> 1)::bigint) FILTER (WHERE kind <> 'sale') AS by_refunds
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 = 'rounding' GROUP BY order_id
        ) AS entry ON entry.order_id = "order".id
        WHERE (rounding_minor, refund_rounding_minor)
            <> (coalesce(entry.minor, 0), coalesce(entry.by_refunds, 0))
    """,
    "entries balance": """
        SELECT coalesce(order_id, closing_id), format('entry %s is off by ¤%s', id,
            ringup_postings_sum(postings)), command_id
        FROM orders_journalentry WHERE ringup_postings_sum(postings) <> 0
    """,
    "an entry is posted after those before it": """
        SELECT order_id, format('entry %s was posted before entry %s', seq, waits_for), command_id
        FROM (
            SELECT *, min(seq) FILTER (WHERE state <> 'posted') OVER earlier AS waits_for FROM orders_journalentry
            WINDOW earlier AS (PARTITION BY order_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS entry
        WHERE state = 'posted' AND waits_for IS NOT NULL
    """,
    "a number is posted if its sale's entry is": """
        SELECT entry.order_id, format('number %s is %s, its entry %s', number, invoice.state, entry.state),
            entry.command_id
        FROM orders_journalentry AS entry JOIN orders_invoicenumber AS invoice ON invoice.order_id = entry.order_id
        WHERE entry.kind = 'sale' AND (invoice.state = 'posted') <> (entry.state = 'posted')
    """,
    "a paid order has its sale entry, unless it was worth nothing": """
        SELECT "order".id, format('%s sale entries', coalesce(entry.sales, 0)), NULL
        FROM orders_order AS "order" LEFT JOIN (
            SELECT order_id, count(DISTINCT entry.id) FILTER (WHERE kind = 'sale') AS sales,
                sum((posting ->> 1)::bigint)
                    FILTER (WHERE kind = 'deposit_refund' AND posting ->> 0 = 'deposits') AS back
            FROM orders_journalentry AS entry, jsonb_array_elements(postings) AS posting GROUP BY order_id
        ) AS entry ON entry.order_id = "order".id
        WHERE coalesce(entry.sales, 0)
            <> (CASE WHEN paid_at IS NULL
                    OR paid_minor - (rounding_minor - refund_rounding_minor) = coalesce(entry.back, 0)
                THEN 0 ELSE 1 END)
    """,
    "each method is booked as it was paid, by every command": """
        SELECT order_id, format('%s: payments ¤%s, entries ¤%s', method, sum(paid), sum(booked)), command_id
        FROM (
            SELECT order_id, command_id, method,
                CASE kind WHEN 'tender' THEN amount_minor ELSE -amount_minor END AS paid, 0 AS booked
            FROM orders_payment
            UNION ALL
            SELECT order_id, command_id, posting ->> 0, 0, (posting ->> 1)::bigint
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 NOT IN ('revenue', 'tax', 'deposits', 'rounding')
        ) AS moved
        GROUP BY order_id, command_id, method HAVING sum(paid) <> sum(booked)
    """,
    "a refund gives back what a payment of its order took, and no more": """
        SELECT back.order_id, format('store %s, payment %s: ¤%s of ¤%s given back by %s', min(back.store_id),
            back.reverses_id, sum(back.amount_minor), coalesce(min(taken.amount_minor), 0), min(back.method)), NULL
        FROM orders_payment AS back
        LEFT JOIN orders_payment AS taken ON taken.id = back.reverses_id AND taken.kind = 'tender'
            AND taken.order_id = back.order_id AND taken.method = back.method
        WHERE back.reverses_id IS NOT NULL
        GROUP BY back.order_id, back.reverses_id
        HAVING count(taken.id) <> count(*) OR sum(back.amount_minor) > min(taken.amount_minor)
    """,
}
