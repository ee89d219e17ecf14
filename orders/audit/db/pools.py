"""The conservation laws of invoice numbers, which are sums over a store."""

LAWS = {
    "free, set aside, assigned, posted and void are all that were fetched": """
        SELECT refill.id, format('%s fetched, %s there', stored_count, count(invoice.id)), NULL
        FROM orders_invoicerefill AS refill LEFT JOIN orders_invoicenumber AS invoice ON invoice.refill_id = refill.id
        WHERE refill.store_id = ANY(%(ids)s)
        GROUP BY refill.id HAVING stored_count <> count(invoice.id)
    """,
    "the pool counts the numbers that accounting confirmed": """
        SELECT store.code, format('%s counted, %s there', coalesce(pool.posted, 0), coalesce(there.posted, 0)), NULL
        FROM inventory_store AS store
        LEFT JOIN orders_invoicepool AS pool ON pool.store_id = store.id
        LEFT JOIN (
            SELECT store_id, count(*) AS posted FROM orders_invoicenumber
            WHERE state = 'posted' AND store_id = ANY(%(ids)s) GROUP BY store_id
        ) AS there ON there.store_id = store.id
        WHERE store.id = ANY(%(ids)s) AND coalesce(pool.posted, 0) <> coalesce(there.posted, 0)
    """,
    # A count is no list: that each is there follows, as none is there twice. After a restore a person says how far it
    # had come.
    "the shop's own numbers have no gap": """
        SELECT store.code, format('%s drawn, %s there', counter.drawn, count(invoice.id)), NULL
        FROM orders_invoicecounter AS counter JOIN inventory_store AS store ON store.id = counter.store_id
        LEFT JOIN orders_invoicenumber AS invoice ON invoice.store_id = counter.store_id AND refill_id IS NULL
            AND starts_with(invoice.number, upper(store.code) || '-')
            AND substr(invoice.number, length(store.code) + 2) ~ '^[0-9]{8,}$'
        LEFT JOIN orders_invoicepool AS pool ON pool.store_id = store.id
        WHERE counter.store_id = ANY(%(ids)s) AND pool.restored_at IS NULL
        GROUP BY store.code, counter.drawn HAVING counter.drawn <> count(invoice.id)
    """,
}
