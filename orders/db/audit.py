"""The conservation laws of orders, money, numbers and commands: each query returns the rows that break its law."""

from collections.abc import Iterator

from inventory.core.drift import Drift
from inventory.db.audit import drifts_of
from orders.core.machine import Fulfilment, Kind, Status, may_lead_to
from orders.db import audit_online

# What a paid customer keeps: what was neither given back nor cancelled.
_KEPT = """
    SELECT line.order_id, sum(
        (line.quantity - line.returned_quantity - line.cancelled_quantity) * line.unit_price_minor
    ) AS minor
    FROM orders_orderline AS line GROUP BY line.order_id
"""

_LAWS = {
    "the total is the sum of the lines": """
        SELECT "order".id, format('total %s, lines %s', total_minor, coalesce(lines.sum, 0)), NULL
        FROM orders_order AS "order"
        LEFT JOIN (SELECT order_id, sum(quantity * unit_price_minor) FROM orders_orderline GROUP BY order_id) AS lines
            ON lines.order_id = "order".id
        WHERE total_minor <> coalesce(lines.sum, 0)
    """,
    "what was taken and not given back is what the customer keeps": f"""
        SELECT "order".id, format('captured %s, refunded %s, kept %s', paid_minor, refunded_minor, kept.minor), NULL
        FROM orders_order AS "order" JOIN ({_KEPT}) AS kept ON kept.order_id = "order".id
        WHERE paid_at IS NOT NULL AND paid_minor - refunded_minor <> kept.minor
    """,
    "paid and refunded are the sums of the payments": """
        SELECT "order".id, format('paid %s and refunded %s, payments %s and %s', paid_minor, refunded_minor,
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
    "the payments of an order and its entries tell the same": """
        SELECT coalesce(money.order_id, entry.order_id),
            format('payments %s, entries %s', coalesce(money.minor, 0), coalesce(entry.minor, 0)), NULL
        FROM (
            SELECT order_id, sum(CASE kind WHEN 'tender' THEN amount_minor ELSE -amount_minor END) AS minor
            FROM orders_payment GROUP BY order_id
        ) AS money
        FULL JOIN (
            SELECT order_id, -sum((posting ->> 1)::bigint) AS minor
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 IN ('revenue', 'deposits') GROUP BY order_id
        ) AS entry ON entry.order_id = money.order_id
        WHERE coalesce(money.minor, 0) <> coalesce(entry.minor, 0)
    """,
    "deposits are owed until the sale": """
        SELECT "order".id, format('deposits %s, owed %s', coalesce(entry.minor, 0),
            CASE WHEN paid_at IS NULL THEN paid_minor - refunded_minor ELSE 0 END), NULL
        FROM orders_order AS "order"
        LEFT JOIN (
            SELECT order_id, -sum((posting ->> 1)::bigint) AS minor
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE posting ->> 0 = 'deposits' GROUP BY order_id
        ) AS entry ON entry.order_id = "order".id
        WHERE coalesce(entry.minor, 0) <> CASE WHEN paid_at IS NULL THEN paid_minor - refunded_minor ELSE 0 END
    """,
    "entries balance": """
        SELECT order_id, format('entry %s is off by %s', id, ringup_postings_sum(postings)), command_id
        FROM orders_journalentry WHERE ringup_postings_sum(postings) <> 0
    """,
    "a paid order has its sale entry, unless no money moved": """
        SELECT "order".id, format('%s sale entries', count(entry.id)), NULL
        FROM orders_order AS "order"
        LEFT JOIN orders_journalentry AS entry ON entry.order_id = "order".id AND entry.kind = 'sale'
        GROUP BY "order".id
        HAVING count(entry.id) <> (CASE WHEN "order".paid_at IS NULL OR "order".paid_minor = (
            SELECT coalesce(sum((posting ->> 1)::bigint), 0)
            FROM orders_journalentry AS back, jsonb_array_elements(back.postings) AS posting
            WHERE back.order_id = "order".id AND back.kind = 'deposit_refund' AND posting ->> 0 = 'deposits'
        ) THEN 0 ELSE 1 END)
    """,
    "an entry is posted, or waits with a reason": """
        SELECT entry.order_id, format('%s entry is due %s', entry.kind, coalesce(next_attempt_at::text, 'never')),
            entry.command_id
        FROM orders_journalentry AS entry JOIN orders_order AS "order" ON "order".id = entry.order_id
        WHERE entry.state = 'pending' AND (
            (next_attempt_at IS NULL) <> (invoice_pending AND entry.kind NOT IN ('deposit', 'deposit_refund'))
            OR (
                next_attempt_at < now() - interval '1 hour'
                -- Whatever fails tells that accounting is asked; the others wait behind it.
                AND NOT EXISTS (SELECT FROM orders_journalentry WHERE state <> 'posted' AND last_error <> '')
            )
        )
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
    "free, assigned, posted and void are all that were fetched": """
        SELECT refill.id, format('%s fetched, %s there', stored_count, count(invoice.id)), NULL
        FROM orders_invoicerefill AS refill LEFT JOIN orders_invoicenumber AS invoice ON invoice.refill_id = refill.id
        GROUP BY refill.id HAVING stored_count <> count(invoice.id)
    """,
    "the pool counts the numbers that accounting confirmed": """
        SELECT store.code, format('%s counted, %s there', coalesce(pool.posted, 0), coalesce(there.posted, 0)), NULL
        FROM inventory_store AS store
        LEFT JOIN orders_invoicepool AS pool ON pool.store_id = store.id
        LEFT JOIN (
            SELECT store_id, count(*) AS posted FROM orders_invoicenumber WHERE state = 'posted' GROUP BY store_id
        ) AS there ON there.store_id = store.id
        WHERE coalesce(pool.posted, 0) <> coalesce(there.posted, 0)
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
        GROUP BY line.id HAVING sum(hold.quantity) > line.quantity - line.shipped_quantity - line.cancelled_quantity
    """,
    "a level moves for an order as its lines do": """
        SELECT line.order_id,
            format('%s: lines %s, movements %s', line.product_id, line.out, coalesce(moved.out, 0)), NULL
        FROM (
            SELECT order_id, product_id, sum(shipped_quantity - returned_quantity) AS out FROM orders_orderline
            WHERE tracks_stock AND NOT skipped
            GROUP BY order_id, product_id
        ) AS line
        LEFT JOIN (
            SELECT movement.order_id, level.product_id,
                -sum(quantity_change) FILTER (WHERE kind NOT IN ('damaged', 'adjust')) AS out
            FROM inventory_stockmovement AS movement JOIN inventory_stocklevel AS level ON level.id = level_id
            WHERE movement.order_id IS NOT NULL GROUP BY movement.order_id, level.product_id
        ) AS moved ON moved.order_id = line.order_id AND moved.product_id = line.product_id
        WHERE coalesce(moved.out, 0) <> line.out
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
    "a command took effect once if it succeeded, and never otherwise": """
        SELECT command.id, format('%s with %s entries in the history', state, count(change.id)), command.id
        FROM orders_command AS command LEFT JOIN orders_statuschange AS change ON change.command_id = command.id
        WHERE command.order_id IS NOT NULL
        GROUP BY command.id HAVING count(change.id) <> (CASE state WHEN 'succeeded' THEN 1 ELSE 0 END)
    """,
    "only commands that succeeded moved stock": """
        SELECT DISTINCT command.id, format('%s, yet stock moved', state), command.id
        FROM orders_command AS command JOIN inventory_stockmovement AS movement ON movement.command_id = command.id
        WHERE command.state <> 'succeeded'
    """,
    "pending commands do not grow old": """
        SELECT id, format('pending since %s', accepted_at), id FROM orders_command
        WHERE state = 'pending' AND blocked_by_id IS NULL AND accepted_at < now() - interval '1 hour'
    """,
}


def order_drifts() -> Iterator[Drift]:
    yield from drifts_of(_LAWS | audit_online.LAWS)
    yield from drifts_of({"history is a path in the machine": _path()})


def _path() -> str:
    """The status machine as a set of allowed steps, so that SQL and the core cannot differ."""
    steps = ", ".join(
        f"('{kind}', '{fulfilment}', '{status}', '{after}')"
        for kind in Kind
        for fulfilment in Fulfilment
        for status in Status
        for after in sorted(may_lead_to(kind=kind, fulfilment=fulfilment, status=status))
    )
    return f"""
        SELECT change.order_id, format('%s: %s to %s', change.kind, from_status, to_status), change.command_id
        FROM orders_statuschange AS change JOIN orders_order AS "order" ON "order".id = change.order_id
        WHERE (change.kind, "order".fulfilment, from_status, to_status) NOT IN (VALUES {steps})
    """
